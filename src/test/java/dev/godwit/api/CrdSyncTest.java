package dev.godwit.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `crds/` and the chart's copies are what the classes say, and `deploy/install.yaml` holds them.
///
/// `make crds` writes them anew, by `-Dgodwit.crds=write`; `make manifests` writes install.yaml.
class CrdSyncTest {

  private static final String IN_CHART = "helm/godwit/files/crds";

  private static Map<String, String> generated;

  @BeforeAll
  static void generate() throws IOException {
    generated = Crds.generate();
    if ("write".equals(System.getProperty("godwit.crds"))) {
      write(Crds.FOLDER);
      write(Path.of(IN_CHART));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"crds", IN_CHART})
  void everyFileIsAsGenerated(String folder) throws IOException {
    try (var paths = Files.list(Path.of(folder))) {
      assertThat(paths.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(generated.keySet());
    }
    for (Map.Entry<String, String> file : generated.entrySet()) {
      assertThat(Path.of(folder, file.getKey())).hasContent(file.getValue());
    }
  }

  /// The chart adds labels to the metadata; from there on it is the same text.
  @Test
  void installHoldsTheSame() throws IOException {
    String install = Files.readString(Path.of("deploy/install.yaml"));
    for (String crd : generated.values()) {
      assertThat(install).contains(crd.substring(crd.indexOf("\nspec:\n")).strip());
    }
  }

  private static void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, String> file : generated.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
  }
}
