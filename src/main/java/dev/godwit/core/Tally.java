package dev.godwit.core;

import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.RestorePhase;
import java.time.Duration;

/// Something that is counted when it happens.
public sealed interface Tally {

  /// A migration arrived in a terminal phase.
  ///
  /// @param took since it left Pending, or left the terminal phase before
  record MigrationEnded(MigrationPhase outcome, Duration took) implements Tally {}

  /// A rollback Job's run ended.
  ///
  /// @param outcome `RolledBack` or `RollbackFailed`
  record RollbackEnded(MigrationPhase outcome) implements Tally {}

  /// A run's checks did not hold.
  record VerificationFailed() implements Tally {}

  /// A backup came to its end.
  ///
  /// @param took since its Job ran
  record BackupEnded(BackupPhase outcome, Duration took) implements Tally {}

  /// A restore came to its end.
  ///
  /// @param took since it began
  record RestoreEnded(RestorePhase outcome, Duration took) implements Tally {}

  /// Documents that a run worked on.
  record Documents(Activity activity, long number) implements Tally {}

  /// What was done to documents.
  enum Activity {
    /// Inserted or changed by steps.
    Applied,
    /// Put back by a rollback.
    RolledBack,
    /// Written to a backup.
    BackedUp,
    /// Written by a restore.
    Restored
  }
}
