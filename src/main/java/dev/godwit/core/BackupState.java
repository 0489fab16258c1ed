package dev.godwit.core;

import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.BackupStorage;
import dev.godwit.api.v1alpha1.Failure;
import java.time.Instant;

/// A MongoBackup of a migration as it was observed.
///
/// @param name its name
/// @param specHash what the attempt ran that it belongs to
/// @param retry the attempt's retry
/// @param created when it was created, on the API server's clock
/// @param deleting whether it is being deleted
/// @param phase its phase; null when nobody has looked at it
/// @param storage where it is kept
/// @param location its folder in the storage; null when there is none
/// @param message what it does or waits for
/// @param failure why it failed
/// @param position how far Godwit's runs on the database were when it began; null when that is not
///     known
public record BackupState(
    String name,
    String specHash,
    int retry,
    Instant created,
    boolean deleting,
    BackupPhase phase,
    BackupStorage storage,
    String location,
    String message,
    Failure failure,
    String position) {

  /// A backup of which nobody knows when it began.
  public BackupState(
      String name,
      String specHash,
      int retry,
      Instant created,
      boolean deleting,
      BackupPhase phase,
      BackupStorage storage,
      String location,
      String message,
      Failure failure) {
    this(
        name, specHash, retry, created, deleting, phase, storage, location, message, failure, null);
  }

  boolean isOf(Attempt attempt) {
    return specHash.equals(attempt.specHash()) && retry == attempt.retry();
  }

  /// Whether somebody deletes it, and its data are there as long as something needs it.
  boolean isAboutToGo() {
    return phase == BackupPhase.Deleting && location != null;
  }

  boolean isUsable() {
    return phase == BackupPhase.Succeeded && !deleting && location != null;
  }
}
