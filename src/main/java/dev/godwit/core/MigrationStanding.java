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
public record MigrationStanding(
    MigrationPhase phase, Attempt attempt, String reason, String message, Failure failure) {

  MigrationStanding withMessage(String reason, String message) {
    return new MigrationStanding(phase, attempt, reason, message, failure);
  }
}
