package dev.godwit.cli;

import dev.godwit.engine.RunException;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.Storage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Where backups are kept.
final class BackupOptions {

  @Option(
      names = "--backup-dir",
      paramLabel = "DIR",
      description = "Folder for backups; it must exist.")
  private Path directory;

  /// The folder; empty when none is named.
  ///
  /// @throws RunException with verdict `Refused` when it does not exist
  Optional<Storage> storage() {
    if (directory == null) {
      return Optional.empty();
    }
    if (!Files.isDirectory(directory)) {
      throw RunException.refused(
          "StorageMissing",
          "--backup-dir",
          "'%s' is no folder; create it, or mount what should be there".formatted(directory));
    }
    return Optional.of(new FileSystemStorage(directory));
  }

  /// The same for a command that cannot do without.
  Storage required() {
    return storage()
        .orElseThrow(
            () ->
                RunException.refused(
                    "StorageMissing", "--backup-dir", "name the folder of the backups"));
  }
}
