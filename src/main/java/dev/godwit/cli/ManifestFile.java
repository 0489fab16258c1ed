package dev.godwit.cli;

import dev.godwit.api.StrictYaml;
import dev.godwit.engine.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads a manifest, strictly.
final class ManifestFile {

  private ManifestFile() {}

  /// @throws RunException with verdict `Refused` and the field's path
  /// @throws IOException when the file cannot be read
  static <T> T read(Path file, Class<T> kind) throws IOException {
    try {
      T manifest = StrictYaml.read(Files.readString(file), kind);
      if (manifest == null) {
        throw RunException.refused("InvalidManifest", null, file.getFileName() + " is empty");
      }
      return manifest;
    } catch (StrictYaml.InvalidException wrong) {
      String message = wrong.getMessage();
      throw RunException.refused(
          "InvalidManifest",
          wrong.path(),
          wrong.path() == null ? "%s is %s".formatted(file.getFileName(), message) : message);
    }
  }
}
