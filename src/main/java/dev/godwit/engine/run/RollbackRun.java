package dev.godwit.engine.run;

import com.mongodb.MongoException;
import dev.godwit.api.job.RunProgress.Activity;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.engine.RunException;
import dev.godwit.engine.ServerMessage;
import dev.godwit.engine.backup.SetAside;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.Resolution;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.history.Course;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.KeptUndo;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.history.VersionState.State;
import dev.godwit.engine.lock.Lease;
import dev.godwit.engine.step.LeftOvers;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
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
    /// @param lease of the lock under which it runs
    /// @return the collections that were moved out of the way
    /// @throws RunException when nothing could be restored
    List<SetAside> restore(List<String> collections, String tag, Lease lease);
  }

  private static final String SET_ASIDE = "setAside";
  private static final String RESTORED = "restored";

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
  /// @return verdict `RolledBack`; `RecordedAsRolledBack` when a person took it back;
  ///     `Refused` when it stays as it is, applied or baselined; or `RollbackFailed`
  /// @throws RunException with verdict `Interrupted` or `LockHeld`
  public RunResult run() {
    return new LockedRun(environment).run(this::locked);
  }

  private RunResult locked(History history, Lease lease) {
    HistoryState all = history.state();
    new UndoCleanup(environment, history).run(all, changelog.version());
    Optional<VersionState> known = all.of(changelog.version());
    Optional<String> other = all.otherSpelling(changelog.version());
    if (known.isEmpty() && other.isPresent()) {
      return result(
          Verdict.RollbackFailed, null, Resolution.otherSpelling(changelog.version(), other.get()));
    }
    if (known.isEmpty() || known.get().state() == State.RolledBack) {
      boolean byHand =
          known.filter(it -> it.last().details().containsKey(KeptUndo.BY_HAND)).isPresent();
      return result(
          byHand ? Verdict.RecordedAsRolledBack : Verdict.RolledBack, known.orElse(null), null);
    }
    VersionState state = known.get();
    if (state.state() == State.RollbackFailed && state.retry() >= changelog.retry()) {
      return result(Verdict.RollbackFailed, state, state.failure());
    }
    boolean repaired = isTakenBackByHand(state, changelog);
    RollbackObstacle obstacles =
        new RollbackObstacle(all, state, changelog, lastResort.isPresent());
    Optional<Failure> obstacle = repaired ? obstacles.successors() : obstacles.find();
    if (obstacle.isPresent()) {
      return result(
          state.state().isSettled() ? Verdict.Refused : Verdict.RollbackFailed,
          state,
          obstacle.get());
    }
    Attempt attempt =
        new Attempt(changelog.version(), state.attempt(), state.checksum(), changelog.retry());
    environment.stop().check();
    if (repaired) {
      return recorded(history, attempt);
    }
    if (state.state() != State.RollingBack || state.retry() != changelog.retry()) {
      BsonDocument details = new BsonDocument(Course.ON_FAILURE, onFailure());
      history.append(EventType.RollbackStarted, attempt, null, null, details);
    }
    try {
      BsonDocument taken = takeBack(history, lease, state, attempt);
      new RestoredCheck(environment.database(), changelog).check(current(history));
      LeftOvers.drop(environment.database(), attempt);
      BsonDocument details = KeptUndo.details(changelog.keepUndoFor());
      details.putAll(taken);
      details.append(SET_ASIDE, withLeft(history, details.getArray(SET_ASIDE, new BsonArray())));
      history.append(EventType.RolledBack, attempt, null, null, details);
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
          ApplyRun.details(failed.failure()).append(Course.ON_FAILURE, onFailure()));
      return result(Verdict.RollbackFailed, current(history), failed.failure());
    }
  }

  /// A person took it back. What they may still need stays: undo logs, and what was set aside.
  private RunResult recorded(History history, Attempt attempt) {
    BsonDocument details = new BsonDocument(KeptUndo.BY_HAND, BsonBoolean.TRUE);
    details.append(SET_ASIDE, withLeft(history, new BsonArray()));
    history.append(EventType.RolledBack, attempt, null, null, details);
    return result(Verdict.RecordedAsRolledBack, current(history), null);
  }

  /// Whether a person says that the data is as before: `None` was set, and `spec.retry` raised,
  /// after a rollback with another `rollback.onFailure` had begun and not come to its end. Where it
  /// was `None` all along, a raised retry asks for what it asks for everywhere.
  public static boolean isTakenBackByHand(VersionState state, Changelog changelog) {
    String then = state.course().rollback();
    return (state.state() == State.RollbackFailed || state.state() == State.RollingBack)
        && changelog.retry() > state.retry()
        && changelog.onFailure() == OnFailure.None
        && then != null
        && !then.equals(OnFailure.None.name());
  }

  private BsonString onFailure() {
    return new BsonString(changelog.onFailure().name());
  }

  /// @return what a restore set aside, as details of an event; empty when there was none
  private BsonDocument takeBack(History history, Lease lease, VersionState state, Attempt attempt) {
    if (state.last().type() == EventType.Restored) {
      return state.last().details();
    }
    if (changelog.onFailure() == OnFailure.Restore) {
      return restore(history, lease, state, attempt, null);
    }
    try {
      RollbackObstacle.withoutUndo(state, changelog)
          .ifPresent(
              failure -> {
                throw new RunException(Verdict.StepFailed, failure, null);
              });
      new StepsRollback(environment, changelog, history, lease, meter).run(state, attempt);
      return new BsonDocument();
    } catch (RunException failed) {
      if (failed.verdict() != Verdict.StepFailed) {
        throw failed;
      }
      if (changelog.onFailure() != OnFailure.StepsThenRestore || lastResort.isEmpty()) {
        throw rollbackFailed(failed.failure(), RollbackObstacle.NO_BACKUP, failed);
      }
      if (state.verified()) {
        throw rollbackFailed(failed.failure(), RollbackObstacle.LATE, failed);
      }
      return restore(history, lease, state, attempt, failed);
    }
  }

  private BsonDocument restore(
      History history, Lease lease, VersionState state, Attempt attempt, RunException cause) {
    if (lastResort.isEmpty()) {
      throw rollbackFailed(
          RollbackObstacle.BACKUP_MISSING, "set rollback.onFailure to Steps", cause);
    }
    meter.activity(Activity.Restoring, 0, "restores the backup");
    Set<String> collections = new TreeSet<>(changelog.collections());
    collections.addAll(state.collections());
    try {
      List<SetAside> setAside =
          lastResort.get().restore(List.copyOf(collections), attempt.tag(), lease);
      BsonDocument details =
          new BsonDocument(RESTORED, BsonBoolean.TRUE)
              .append(SET_ASIDE, names(setAside.stream()))
              .append(
                  KeptUndo.REPLACED,
                  names(setAside.stream().filter(it -> it.reason() == SetAside.Reason.Replaced)));
      history.append(EventType.Restored, attempt, null, null, details);
      return details;
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

  static RunException rollbackFailed(Failure failure, String why, Exception cause) {
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

  private static BsonArray names(Stream<SetAside> collections) {
    return new BsonArray(collections.map(SetAside::aside).map(BsonString::new).toList());
  }

  /// Adds what a step took out of use and no undo put back, because the backup or the step's own
  /// rollback was used instead.
  private BsonArray withLeft(History history, BsonArray setAside) {
    BsonArray all = setAside.clone();
    Set<String> asides = current(history).kept().asides();
    for (String name : environment.database().listCollectionNames()) {
      if (asides.contains(name) && !all.contains(new BsonString(name))) {
        all.add(new BsonString(name));
      }
    }
    return all;
  }

  /// What the latest event says that was set aside, and is not dropped since.
  private static List<String> setAside(VersionState state) {
    return state.last().details().getArray(SET_ASIDE, new BsonArray()).stream()
        .map(name -> name.asString().getValue())
        .filter(name -> !state.kept().isDropped() || !state.kept().asides().contains(name))
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
        state != null && state.last().details().containsKey(RESTORED) ? Boolean.TRUE : null,
        null,
        failure);
  }
}
