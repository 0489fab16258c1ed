package dev.godwit.engine.run;

import com.mongodb.MongoException;
import dev.godwit.api.job.RunProgress.Activity;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.NaturalOrder;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.RunException;
import dev.godwit.engine.ServerMessage;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.check.CheckRunner;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.history.VersionState.State;
import dev.godwit.engine.lock.Lease;
import dev.godwit.engine.step.Catalog;
import dev.godwit.engine.step.LeftOvers;
import dev.godwit.engine.step.StepAction;
import dev.godwit.engine.step.StepContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/// Takes the latest attempt at a changelog back: undoes the steps in reverse order, or restores the
/// backup, and checks that the database is as it was recorded at the start. A run that was killed
/// is repeated.
public final class RollbackRun {

  /// Restores collections from the backup, the last resort.
  @FunctionalInterface
  public interface LastResort {
    /// @param collections what to restore
    /// @param tag tells this restore from others; the same after a crash
    /// @return the names that the replaced collections have now
    /// @throws RunException when nothing could be restored
    List<String> restore(List<String> collections, String tag);
  }

  /// Applications have worked on the migrated data since: a person decides whether their writes are
  /// to be set aside.
  private static final String LATE =
      "it was applied and verified, so the backup is not restored by itself, for every write since"
          + " would be set aside; if that is wanted set rollback.onFailure to Restore and raise"
          + " spec.retry";

  private final RunEnvironment environment;
  private final Changelog changelog;
  private final Optional<LastResort> lastResort;
  private final RunMeter meter;

  /// @param lastResort empty when there is no backup
  public RollbackRun(
      RunEnvironment environment, Changelog changelog, Optional<LastResort> lastResort) {
    this.environment = environment;
    this.changelog = changelog;
    this.lastResort = lastResort;
    this.meter =
        new RunMeter(environment.progress(), Activity.RollingBack, changelog.steps().size());
  }

  /// Runs to an end.
  ///
  /// @return verdict `RolledBack` or `RollbackFailed`
  /// @throws RunException with verdict `Interrupted` or `LockHeld`
  public RunResult run() {
    return new LockedRun(environment).run(this::locked);
  }

  private RunResult locked(History history, Lease lease) {
    HistoryState all = history.state();
    Optional<VersionState> known = all.of(changelog.version());
    if (known.isEmpty() || known.get().state() == State.RolledBack) {
      return result(Verdict.RolledBack, known.orElse(null), null);
    }
    VersionState state = known.get();
    if (state.state() == State.RollbackFailed && state.retry() >= changelog.retry()) {
      return result(Verdict.RollbackFailed, state, state.failure());
    }
    Optional<Failure> obstacle = obstacle(all, state);
    if (obstacle.isPresent()) {
      return result(Verdict.RollbackFailed, state, obstacle.get());
    }
    Attempt attempt =
        new Attempt(changelog.version(), state.attempt(), state.checksum(), changelog.retry());
    if (state.state() != State.RollingBack || state.retry() != changelog.retry()) {
      history.append(EventType.RollbackStarted, attempt, null, null, new BsonDocument());
    }
    try {
      List<String> setAside = takeBack(history, lease, state, attempt);
      checkRestored(state);
      LeftOvers.drop(environment.database(), attempt);
      history.append(
          EventType.RolledBack,
          attempt,
          null,
          null,
          new BsonDocument("setAside", strings(setAside)));
      return result(Verdict.RolledBack, current(history), null);
    } catch (RunException failed) {
      if (failed.verdict() != Verdict.RollbackFailed) {
        throw failed;
      }
      history.append(
          EventType.RollbackFailed,
          attempt,
          null,
          failed.failure().step(),
          ApplyRun.details(failed.failure()));
      return result(Verdict.RollbackFailed, current(history), failed.failure());
    }
  }

  private Optional<Failure> obstacle(HistoryState all, VersionState state) {
    if (state.state() == State.Baselined) {
      return Optional.of(baselined(state));
    }
    if (!state.checksum().equals(changelog.checksum())) {
      return Optional.of(
          new Failure(
              "ChecksumMismatch",
              null,
              "spec.steps: version %s was applied with other steps; delete this resource and create it again with the steps as they were and a raised spec.retry"
                  .formatted(state.version())));
    }
    List<String> successors =
        all.versions().values().stream()
            .filter(other -> other.state().hasChanges() && other.touched())
            .map(VersionState::version)
            .filter(other -> NaturalOrder.compare(other, changelog.version()) > 0)
            .sorted(NaturalOrder.COMPARATOR)
            .toList();
    if (successors.isEmpty()) {
      return Optional.empty();
    }
    String way =
        successors.stream().anyMatch(it -> all.of(it).orElseThrow().state() == State.Baselined)
            ? "not all of them were run by Godwit, so they cannot be rolled back: restore a backup, or write a new migration that changes the data back"
            : "roll them back first, the latest first, then raise spec.retry";
    return Optional.of(
        new Failure(
            "SuccessorsApplied",
            null,
            "later versions are applied on top of %s: %s; %s"
                .formatted(changelog.version(), String.join(", ", successors), way)));
  }

  private static Failure baselined(VersionState state) {
    return new Failure(
        "Baselined",
        null,
        "version %s was not run by Godwit, it is only recorded as applied (%s), so there is nothing to take back; nothing was changed. Restore a backup, or write a new migration that changes the data back"
            .formatted(state.version(), state.origin().source()));
  }

  /// @return the names of collections that a restore set aside
  private List<String> takeBack(History history, Lease lease, VersionState state, Attempt attempt) {
    if (state.last().type() == EventType.Restored) {
      return setAside(state);
    }
    if (changelog.onFailure() == OnFailure.Restore) {
      return restore(history, attempt, null);
    }
    try {
      undoSteps(history, lease, state, attempt);
      return List.of();
    } catch (RunException failed) {
      if (failed.verdict() != Verdict.StepFailed) {
        throw failed;
      }
      if (changelog.onFailure() != OnFailure.StepsThenRestore || lastResort.isEmpty()) {
        throw rollbackFailed(failed.failure(), "no backup may or can be restored", failed);
      }
      if (state.verified()) {
        throw rollbackFailed(failed.failure(), LATE, failed);
      }
      return restore(history, attempt, failed);
    }
  }

  private void undoSteps(History history, Lease lease, VersionState state, Attempt attempt) {
    List<CompiledStep> steps = new ArrayList<>(changelog.steps()).reversed();
    int undone = 0;
    for (CompiledStep step : steps) {
      BsonDocument intent = state.started().get(step.index());
      if (intent != null && !state.undone().containsKey(step.index())) {
        environment.stop().check();
        StepContext context =
            new StepContext(
                environment.database(),
                history,
                lease,
                environment.stop(),
                attempt,
                step,
                meter.step(step, undone));
        history.append(
            EventType.StepUndone,
            attempt,
            step.index(),
            step.name(),
            undo(history, context, intent, state.completed().get(step.index())));
      }
      undone++;
    }
  }

  private BsonDocument undo(
      History history, StepContext context, BsonDocument intent, BsonDocument completed) {
    CompiledStep step = context.step();
    StepAction action = StepAction.of(step.operation());
    BsonDocument undoing = new BsonDocument("undoing", new BsonInt32(step.index()));
    try {
      context.progress().report(0, 0);
      if (completed != null && !undoing.equals(history.checkpoint())) {
        action.requireLog(context, Outcomes.fromBson(completed));
      }
      history.checkpoint(undoing);
      StepOutcome outcome = action.undo(context, intent, changelog.onConflict());
      return Outcomes.toBson(outcome);
    } catch (MongoException failure) {
      throw TransientFailures.unlessTransient(failure, step, "UndoFailed", "undo of step");
    }
  }

  private List<String> restore(History history, Attempt attempt, RunException cause) {
    if (lastResort.isEmpty()) {
      throw rollbackFailed(
          new Failure("BackupMissing", null, "there is no backup of this attempt to restore"),
          "set rollback.onFailure to Steps",
          cause);
    }
    meter.activity(Activity.Restoring, 0, "restores the backup");
    try {
      List<String> setAside = lastResort.get().restore(changelog.collections(), attempt.tag());
      history.append(
          EventType.Restored, attempt, null, null, new BsonDocument("setAside", strings(setAside)));
      return setAside;
    } catch (RunException failed) {
      if (failed.verdict() == Verdict.Interrupted) {
        throw failed;
      }
      throw rollbackFailed(failed.failure(), "the backup could not be restored", failed);
    } catch (MongoException failed) {
      if (TransientFailures.isTransient(failed)) {
        throw failed;
      }
      throw rollbackFailed(
          new Failure("RestoreFailed", null, ServerMessage.of(failed)),
          "the backup could not be restored",
          failed);
    }
  }

  private void checkRestored(VersionState state) {
    Catalog before = Catalog.fromBson(state.before().getArray("catalog"));
    List<String> differences =
        before.differences(Catalog.read(environment.database(), before.collections().keySet()));
    if (!differences.isEmpty()) {
      throw rollbackFailed(
          new Failure("NotAsBefore", null, String.join("; ", differences)),
          "the database is not as it was before the migration",
          null);
    }
    new CheckRunner(environment.database(), Map.of())
        .firstFailed(changelog.preconditions())
        .ifPresent(
            failed -> {
              throw rollbackFailed(
                  new Failure("PreconditionFailed", failed.check().name(), failed.message()),
                  "a precondition that held before the migration does not hold any more",
                  null);
            });
  }

  private static RunException rollbackFailed(Failure failure, String why, Exception cause) {
    return new RunException(
        Verdict.RollbackFailed,
        new Failure(
            failure.reason(),
            failure.step(),
            "%s (%s); the data is left as it is: repair it, then raise spec.retry"
                .formatted(failure.message(), why)),
        cause);
  }

  private VersionState current(History history) {
    return history.state().of(changelog.version()).orElseThrow();
  }

  private static BsonArray strings(List<String> strings) {
    return new BsonArray(strings.stream().map(BsonString::new).toList());
  }

  /// What the latest event says that a restore set aside.
  private static List<String> setAside(VersionState state) {
    return state.last().details().getArray("setAside", new BsonArray()).stream()
        .map(name -> name.asString().getValue())
        .toList();
  }

  private RunResult result(Verdict verdict, VersionState state, Failure failure) {
    List<String> setAside = state == null ? List.of() : setAside(state);
    return new RunResult(
        verdict,
        environment.database().getName(),
        state == null ? null : state.attempt(),
        changelog.checksum(),
        null,
        state == null ? null : Outcomes.of(state.undone()),
        setAside.isEmpty() ? null : setAside,
        setAside.isEmpty() ? null : Boolean.TRUE,
        null,
        failure);
  }
}
