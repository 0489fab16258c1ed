package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.ManifestCompiler;
import dev.godwit.testing.Manifests;
import dev.godwit.testing.Manifests.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Readers copy what samples and pages show: the runner takes each, with every field known and
/// every BSON string read.
class ShownManifestsTest {

  @TempDir private Path folder;

  static List<Manifest> manifests() throws IOException {
    return Manifests.ofGodwit();
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void isReadStrictlyAndCompiles(Manifest manifest) throws IOException {
    Path file = Files.writeString(folder.resolve("manifest.json"), manifest.content().toString());

    assertThat(manifest.content().path("apiVersion").asText()).isEqualTo("godwit.dev/v1alpha1");
    assertThat(manifest.namespace()).as("says where it belongs").isNotEmpty();
    switch (manifest.kind()) {
      case "MongoMigration" -> {
        Changelog changelog =
            ManifestCompiler.compile(ManifestFile.read(file, MongoMigration.class).getSpec());
        assertThat(changelog.steps()).isNotEmpty();
      }
      case "MongoBackup" ->
          assertThat(ManifestFile.read(file, MongoBackup.class).getSpec().storage()).isNotNull();
      case "MongoRestore" ->
          assertThat(ManifestFile.read(file, MongoRestore.class).getSpec().source()).isNotNull();
      case "MongoBackupSchedule" ->
          assertThat(ManifestFile.read(file, MongoBackupSchedule.class).getSpec().template())
              .isNotNull();
      default -> throw new AssertionError("no such kind: " + manifest.kind());
    }
  }
}
