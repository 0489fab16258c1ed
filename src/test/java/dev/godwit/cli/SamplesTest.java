package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.engine.changelog.ManifestCompiler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds for samples beyond what `ShownManifestsTest` asks of every manifest that is shown.
class SamplesTest {

  private static final Path SAMPLES = Path.of("deploy/samples");

  static List<Path> manifests() throws IOException {
    try (Stream<Path> files = Files.walk(SAMPLES)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  static List<Path> migrations() throws IOException {
    return manifests().stream()
        .filter(file -> !file.startsWith(SAMPLES.resolve("backups")))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("migrations")
  void showsHowToVerify(Path manifest) throws IOException {
    MongoMigration migration = ManifestFile.read(manifest, MongoMigration.class);

    assertThat(migration.getMetadata().getNamespace()).isEqualTo("shop");
    assertThat(ManifestCompiler.compile(migration.getSpec()).checks()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void isListedInTheReadme(Path manifest) throws IOException {
    assertThat(Files.readString(SAMPLES.resolve("README.md")))
        .contains("(%s)".formatted(SAMPLES.relativize(manifest)));
  }

  @Test
  void noVersionOfADatabaseIsThereTwice() throws IOException {
    Set<String> versions = new HashSet<>();
    for (Path manifest : migrations()) {
      MongoMigration migration = ManifestFile.read(manifest, MongoMigration.class);
      String version =
          migration.getSpec().target().database() + " " + migration.getSpec().version();
      assertThat(versions.add(version)).as(version).isTrue();
    }
  }
}
