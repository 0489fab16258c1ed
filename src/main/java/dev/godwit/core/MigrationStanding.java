package dev.godwit.core;

import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.MigrationPhase;

/// Where a migration stands.
///
/// @param phase its phase
/// @param attempt the attempt that this speaks of
/// @param reason a CamelCase word for the conditions
/// @param message what it does or waits for, or how it ended, in a sentence or two
/// @param failure why it failed or is being rolled back; null when nothing failed
/// @param backup name of the backup that is used again; null when none was chosen just now
public record MigrationStanding(
    MigrationPhase phase,
    Attempt attempt,
    String reason,
    String message,
    Failure failure,
    String backup) {

  /// Where a migration stands that has not just chosen a backup.
  public MigrationStanding(
      MigrationPhase phase, Attempt attempt, String reason, String message, Failure failure) {
    this(phase, attempt, reason, message, failure, null);
  }

  MigrationStanding using(String backup) {
    return new MigrationStanding(phase, attempt, reason, message, failure, backup);
  }

  MigrationStanding withMessage(String reason, String message) {
    return new MigrationStanding(phase, attempt, reason, message, failure);
  }
}
