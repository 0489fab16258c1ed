package dev.godwit.cli;

import com.mongodb.MongoException;
import dev.godwit.api.job.ExitCode;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryEvent;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.run.ApplyRun;
import dev.godwit.engine.run.PlanRun;
import dev.godwit.engine.run.RollbackRun;
import dev.godwit.engine.run.RunEnvironment;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// Brings a migration up: plan, backup, apply, verify, and the rollback when that fails. What the
/// operator does with Jobs.
final class MigrationUp {

  private static final Set<EventType> FAILURES =
      EnumSet.of(EventType.StepFailed, EventType.VerificationFailed);

  private final RunEnvironment environment;
  private final Changelog changelog;
  private final Backups backups;
  private final boolean withBackup;

  /// @param withBackup whether a new attempt takes one
  MigrationUp(
      RunEnvironment environment, Changelog changelog, Backups backups, boolean withBackup) {
    this.environment = environment;
    this.changelog = changelog;
    this.backups = backups;
    this.withBackup = withBackup;
  }

  /// Runs to an end, whatever that is.
  MigrationResult run() {
    String database = environment.database().getName();
    try {
      HistoryState history = environment.history();
      return decided(UpStep.of(changelog, history), history);
    } catch (RunException ended) {
      return MigrationResult.of(database, changelog.version(), ended);
    } catch (MongoException failed) {
      return MigrationResult.of(
          database,
          changelog.version(),
          Verdict.Interrupted,
          new Failure("DatabaseFailed", null, Endings.message(failed)));
    }
  }

  private MigrationResult decided(UpStep step, HistoryState history) {
    return switch (step) {
      case UpStep.Nothing nothing ->
          MigrationResult.of(
              environment.database().getName(), changelog.version(), nothing.verdict(), null);
      case UpStep.Stuck stuck ->
          MigrationResult.of(
              environment.database().getName(),
              changelog.version(),
              stuck.verdict(),
              stuck.failure());
      case UpStep.FinishRollback finish -> finish(finish.state());
      case UpStep.Apply apply -> apply(apply, history);
    };
  }

  /// What would be refused is not backed up, and makes neither lock nor history.
  private MigrationResult apply(UpStep.Apply apply, HistoryState history) {
    Optional<String> backup;
    if (apply.resumed().isPresent()) {
      backup = apply.resumed().get().backup();
    } else {
      if (withBackup || !environment.isLocked()) {
        new PlanRun(environment.database(), apply.changelog()).run(history);
        environment.stop().check();
      }
      backup =
          withBackup
              ? backups.take(environment, apply.changelog(), apply.attempt())
              : Optional.empty();
    }
    RunResult result = new ApplyRun(environment, apply.changelog(), backup.orElse(null)).run();
    return switch (result.verdict()) {
      case StepFailed, VerificationFailed ->
          rollBack(apply.changelog(), backup)
              .because(result.failure(), result.verdict().exitCode());
      default -> MigrationResult.of(changelog.version(), backup.orElse(null), result);
    };
  }

  /// Ends a rollback that was stopped. One that a failure had asked for ends as that failure does;
  /// after one that a person had asked for, the migration is applied anew.
  private MigrationResult finish(VersionState state) {
    Changelog running = changelog.withRetry(state.retry());
    MigrationResult result = rollBack(running, state.backup());
    Optional<HistoryEvent> failure =
        History.events(environment.database()).stream()
            .filter(event -> event.version().equals(changelog.version()))
            .filter(event -> event.attempt() == state.attempt())
            .filter(event -> FAILURES.contains(event.type()))
            .reduce((_, last) -> last);
    if (failure.isPresent()) {
      return result.because(
          new Failure(
              failure.get().details().getString("reason").getValue(),
              failure.get().step(),
              failure.get().details().getString("message").getValue()),
          failure.get().type() == EventType.StepFailed
              ? ExitCode.STEP_FAILED
              : ExitCode.VERIFICATION_FAILED);
    }
    return result.verdict() == Verdict.RolledBack ? run() : result;
  }

  private MigrationResult rollBack(Changelog attempted, Optional<String> backup) {
    RunResult result =
        new RollbackRun(environment, attempted, backups.lastResort(environment, backup)).run();
    return MigrationResult.of(changelog.version(), backup.orElse(null), result);
  }
}
