package dev.godwit.core;

import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.BackupStorage;
import dev.godwit.api.v1alpha1.Failure;
import java.time.Instant;

/// A MongoBackup as others than its own reconciler see it.
///
/// @param name its name
/// @param created when it was created, on the API server's clock
/// @param retry the `retry` of the restore that took it; -1 when none did
/// @param deleting whether it is being deleted
/// @param phase its phase; null when nobody has looked at it
/// @param storage where it is kept
/// @param folder its folder in the storage; null when there is none
/// @param started when its run began; null before
/// @param completed when it ended; null before
/// @param message what it does or waits for
/// @param failure why it failed
public record KnownBackup(
    String name,
    Instant created,
    int retry,
    boolean deleting,
    BackupPhase phase,
    BackupStorage storage,
    String folder,
    Instant started,
    Instant completed,
    String message,
    Failure failure) {

  /// Whether it can be restored.
  boolean isUsable() {
    return phase == BackupPhase.Succeeded && !deleting && folder != null && completed != null;
  }

  /// Whether it will never be one that can be restored.
  boolean isLost() {
    return deleting || phase != null && phase.isTerminal() && !isUsable();
  }

  /// From when on writes may be missing in it.
  Instant from() {
    return started == null ? created : started;
  }

  String why() {
    if (deleting) {
      return "is being deleted";
    }
    String said = failure == null ? message : failure.message();
    return said == null ? "says nothing" : said;
  }
}
