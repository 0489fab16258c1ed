package dev.godwit.engine.backup;

import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.engine.RunException;
import dev.godwit.engine.storage.Storage;
import java.io.IOException;
import java.util.OptionalLong;

/// Refuses a backup that obviously does not fit into its storage, before anything is written. What
/// may fit is tried: how well documents compress is known afterwards only, and what a server says
/// of the size of a collection is an estimate.
final class RoomCheck {

  /// Documents that shrink more are hardly ever seen.
  private static final int BEST_COMPRESSION = 20;

  /// How much too high an estimate may be.
  private static final int WORST_ESTIMATE = 2;

  private static final double MEGABYTE = 1e6;

  private RoomCheck() {}

  /// @param bytes of the documents, as the server estimates
  /// @throws RunException `Refused` with reason `StorageTooSmall`
  static void require(Storage storage, String location, long bytes, Compression compression)
      throws IOException {
    OptionalLong free = storage.free();
    long least =
        bytes
            / (compression.typeOrDefault() == CompressionType.None
                ? WORST_ESTIMATE
                : BEST_COMPRESSION);
    if (free.isPresent() && free.getAsLong() < least) {
      throw BackupFailure.refused(
          "StorageTooSmall",
          null,
          "%s has %.1f MB free, and the backup '%s' reads about %.1f MB of documents, which do not fit even %s; enlarge the volume, delete old backups, or back up to another storage; nothing was written",
          storage.describe(),
          free.getAsLong() / MEGABYTE,
          location,
          bytes / MEGABYTE,
          compression.typeOrDefault() == CompressionType.None
              ? "if they are half as large: set a compression"
              : "if they shrink to a twentieth");
    }
  }
}
