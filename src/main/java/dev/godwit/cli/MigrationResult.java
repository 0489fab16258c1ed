package dev.godwit.cli;

import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.RunException;
import java.util.List;

/// What came of a migration.
///
/// @param verdict how it ended: `Applied`; `Recorded` when somebody else recorded it as applied
///     meanwhile; `RolledBack` with a failure when that was the reason; `Refused`,
///     `RollbackFailed`, `FailedChangesStay`, `Interrupted`, `LockHeld`
/// @param exitCode what it alone would end with
/// @param attempt its number; null when it was not begun
/// @param backup folder of the backup that was taken; null for none
/// @param outcome what each step did; null when nothing was done
/// @param restored whether the rollback restored the backup
/// @param setAside collections that a restore replaced, under their present names
/// @param failure null when it ended well
record MigrationResult(
    String database,
    String version,
    Verdict verdict,
    int exitCode,
    Integer attempt,
    String backup,
    List<StepOutcome> outcome,
    Boolean restored,
    List<String> setAside,
    Failure failure) {

  static MigrationResult of(String version, String backup, RunResult result) {
    return new MigrationResult(
        result.database(),
        version,
        result.verdict(),
        result.verdict().exitCode(),
        result.attempt(),
        backup,
        result.outcome(),
        result.restored(),
        result.setAside(),
        result.failure());
  }

  static MigrationResult of(String database, String version, Verdict verdict, Failure failure) {
    return new MigrationResult(
        database, version, verdict, verdict.exitCode(), null, null, null, null, null, failure);
  }

  static MigrationResult of(String database, String version, RunException ended) {
    return of(database, version, ended.verdict(), ended.failure());
  }

  /// After a rollback that a failure asked for.
  ///
  /// @param cause what failed before
  /// @param code of the failure, for when the rollback went well
  MigrationResult because(Failure cause, int code) {
    boolean rolledBack = verdict == Verdict.RolledBack;
    return new MigrationResult(
        database,
        version,
        verdict,
        rolledBack ? code : exitCode,
        attempt,
        backup,
        outcome,
        restored,
        setAside,
        rolledBack || failure == null
            ? cause
            : new Failure(
                failure.reason(),
                failure.step(),
                "%s; it was rolled back because %s".formatted(failure.message(), cause.message())));
  }
}
