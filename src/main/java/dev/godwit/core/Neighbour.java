package dev.godwit.core;

import dev.godwit.api.v1alpha1.DesiredState;
import dev.godwit.api.v1alpha1.MigrationPhase;
import java.time.Instant;

/// Another migration of the same target.
///
/// @param name its name
/// @param version its version
/// @param created when it was created
/// @param phase its phase; null when nobody has looked at it
/// @param desired what is wanted of it
public record Neighbour(
    String name, String version, Instant created, MigrationPhase phase, DesiredState desired) {

  /// Whether it is where it is wanted to be, so that its successors may go on.
  boolean isSettled() {
    return switch (desired) {
      case Applied, Baselined -> phase == MigrationPhase.Succeeded;
      case RolledBack -> phase == MigrationPhase.RolledBack;
    };
  }

  /// Whether one of its Jobs may run.
  boolean isRunning() {
    return phase != null && phase != MigrationPhase.Pending && !phase.isTerminal();
  }

  /// Whether the database holds, or may hold, what it did.
  boolean isInDatabase() {
    return phase == MigrationPhase.Succeeded
        || phase == MigrationPhase.RollbackFailed
        || (phase != null && phase.isTouching());
  }

  /// Whether it came to an end that nobody wanted, so that its successors wait for a person.
  boolean hasFailed() {
    return phase != null && phase.isTerminal() && !isSettled();
  }

  String describe() {
    return "%s (version %s, %s)".formatted(name, version, phase == null ? "new" : phase);
  }
}
