package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.engine.changelog.Changelog;
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

/// Users copy the samples: none may have a field that does not exist or a value that is refused.
class SamplesTest {

  private static final Path SAMPLES = Path.of("deploy/samples");

  static List<Path> manifests() throws IOException {
    try (Stream<Path> files = Files.walk(SAMPLES)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void isReadStrictlyAndCompiles(Path manifest) throws IOException {
    MongoMigration migration = ManifestFile.read(manifest, MongoMigration.class);

    assertThat(migration.getApiVersion()).isEqualTo("godwit.dev/v1alpha1");
    assertThat(migration.getKind()).isEqualTo("MongoMigration");
    assertThat(migration.getMetadata().getNamespace()).isEqualTo("shop");
    Changelog changelog = ManifestCompiler.compile(migration.getSpec());
    assertThat(changelog.checks()).as("a sample shows how to verify").isNotEmpty();
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
    for (Path manifest : manifests()) {
      MongoMigration migration = ManifestFile.read(manifest, MongoMigration.class);
      String version =
          migration.getSpec().target().database() + " " + migration.getSpec().version();
      assertThat(versions.add(version)).as(version).isTrue();
    }
  }
}
