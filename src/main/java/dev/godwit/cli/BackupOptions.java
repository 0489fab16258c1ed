package dev.godwit.cli;

import dev.godwit.api.v1alpha1.BackupStorage;
import dev.godwit.engine.RunException;
import dev.godwit.engine.storage.BucketStorage;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.Storage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Where backups are kept: in a folder or in a bucket.
final class BackupOptions {

  @Option(
      names = "--backup-dir",
      paramLabel = "DIR",
      description = "Folder for backups; it must exist.")
  private Path directory;

  @Mixin private BucketOptions bucket;

  /// The storage; empty when none is named.
  ///
  /// @throws RunException with verdict `Refused` when it does not exist or two are named
  Optional<Storage> storage() {
    Optional<Storage> inBucket = bucket.bucket().map(BucketStorage::new);
    if (directory == null) {
      return inBucket;
    }
    if (inBucket.isPresent()) {
      throw RunException.refused(
          "InvalidStorage", "--backup-dir", "it is either this or --storage, not both");
    }
    if (!Files.isDirectory(directory)) {
      throw RunException.refused(
          "StorageMissing",
          "--backup-dir",
          "'%s' is no folder; create it, or mount what should be there".formatted(directory));
    }
    return Optional.of(new FileSystemStorage(directory));
  }

  /// The storage of a manifest; empty when it is a volume of a cluster. How to get into a bucket
  /// is said by the options, as the manifest's Secrets are not here.
  Optional<Storage> reachable(BackupStorage manifest) {
    return Optional.ofNullable(manifest.s3()).map(bucket::of).map(BucketStorage::new);
  }

  /// The same for a command that cannot do without.
  Storage required() {
    return storage()
        .orElseThrow(
            () ->
                RunException.refused(
                    "StorageMissing",
                    "--backup-dir",
                    "name the folder of the backups, or with --storage their bucket"));
  }
}
