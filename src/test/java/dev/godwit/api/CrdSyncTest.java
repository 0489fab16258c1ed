package dev.godwit.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `crds/` and the copies in `deploy/install.yaml` are what the classes say.
///
/// `./mvnw test -Dtest=CrdSyncTest -Dgodwit.crds=write` writes them anew.
class CrdSyncTest {

  private static final Path INSTALL = Path.of("deploy/install.yaml");
  private static final String HEAD =
      "# Everything that Godwit needs: kubectl apply --server-side -f install.yaml\n"
          + "# The CustomResourceDefinitions are copies of crds/; CrdSyncTest keeps them so.\n";
  private static final String REST = "---\n# The operator, with no more rights than it uses.\n";

  private static Map<String, String> generated;

  @BeforeAll
  static void generate() throws IOException {
    generated = Crds.generate();
    if ("write".equals(System.getProperty("godwit.crds"))) {
      Files.createDirectories(Crds.FOLDER);
      for (Map.Entry<String, String> file : generated.entrySet()) {
        Files.writeString(Crds.FOLDER.resolve(file.getKey()), file.getValue());
      }
      Files.writeString(INSTALL, crdsOfInstall() + rest());
    }
  }

  @Test
  void everyFileIsAsGenerated() throws IOException {
    try (var paths = Files.list(Crds.FOLDER)) {
      assertThat(paths.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(generated.keySet());
    }
    for (Map.Entry<String, String> file : generated.entrySet()) {
      assertThat(Crds.FOLDER.resolve(file.getKey())).hasContent(file.getValue());
    }
  }

  @Test
  void installHoldsTheSame() throws IOException {
    assertThat(Files.readString(INSTALL)).isEqualTo(crdsOfInstall() + rest());
  }

  private static String crdsOfInstall() {
    StringBuilder all = new StringBuilder(HEAD);
    generated.values().forEach(crd -> all.append(crd.startsWith("---") ? "" : "---\n").append(crd));
    if (all.charAt(all.length() - 1) != '\n') {
      all.append('\n');
    }
    return all.toString();
  }

  private static String rest() throws IOException {
    String install = Files.readString(INSTALL);
    int from = install.indexOf(REST);
    assertThat(from)
        .as("install.yaml has the line that begins the operator's part")
        .isNotNegative();
    return install.substring(from);
  }
}
