package dev.godwit.engine.run;

import com.mongodb.MongoException;
import dev.godwit.api.job.RunProgress.Activity;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.NaturalOrder;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.engine.RunException;
import dev.godwit.engine.ServerMessage;
import dev.godwit.engine.backup.SetAside;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.changelog.Resolution;
import dev.godwit.engine.history.Attempt;
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
    new UndoCleanup(environment, history).run(all, changelog.version());
    Optional<VersionState> known = all.of(changelog.version());
    Optional<String> other = all.otherSpelling(changelog.version());
    if (known.isEmpty() && other.isPresent()) {
      return result(
          Verdict.RollbackFailed, null, Resolution.otherSpelling(changelog.version(), other.get()));
    }
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
      BsonDocument setAside = takeBack(history, lease, state, attempt);
      new RestoredCheck(environment.database(), changelog).check(current(history));
      LeftOvers.drop(environment.database(), attempt);
      BsonDocument details = KeptUndo.details(changelog.keepUndoFor());
      details.putAll(setAside);
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
          ApplyRun.details(failed.failure()));
      return result(Verdict.RollbackFailed, current(history), failed.failure());
    }
  }

  private Optional<Failure> obstacle(HistoryState all, VersionState state) {
    if (state.state() == State.Baselined) {
      return Optional.of(baselined(state));
    }
    if (state.kept().isDropped() && changelog.onFailure() != OnFailure.Restore) {
      return Optional.of(undoDropped(state));
    }
    if (!state.checksum().equals(changelog.checksum())) {
      return Optional.of(
          new Failure(
              "ChecksumMismatch",
              null,
              "spec.steps: version %s was applied with other steps; delete this resource and create it again with the steps as they were and a raised spec.retry"
                  .formatted(state.version())));
    }
    // Applications and later versions build on a verified one. A failed attempt has only what came
    // after it on top: what was there before, it ran on top of itself.
    long since = state.verified() ? 0 : state.course().began();
    List<String> successors =
        all.versions().values().stream()
            .filter(other -> other.changedSince(since))
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

  private static Failure undoDropped(VersionState state) {
    return new Failure(
        "UndoDropped",
        null,
        "what could take version %s back was dropped on %s, when rollback.keepUndoFor was over; nothing was changed. To put its backup in place, which sets every write since aside, set rollback.onFailure to Restore and raise spec.retry, or restore it with a MongoRestore or godwit restore"
            .formatted(state.version(), state.kept().droppedAt()));
  }

  private static Failure baselined(VersionState state) {
    return new Failure(
        "Baselined",
        null,
        "version %s was not run by Godwit, it is only recorded as applied (%s), so there is nothing to take back; nothing was changed. Restore a backup, or write a new migration that changes the data back"
            .formatted(state.version(), state.origin().source()));
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
      requireUndo(state);
      new StepsRollback(environment, changelog, history, lease, meter).run(state, attempt);
      return new BsonDocument();
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
      return restore(history, lease, state, attempt, failed);
    }
  }

  /// Nothing is undone where a step needs the backup: it has all that the others did, too.
  private void requireUndo(VersionState state) {
    for (CompiledStep step : changelog.steps()) {
      if (step.needsBackup() && state.started().containsKey(step.index())) {
        throw new RunException(
            Verdict.StepFailed,
            new Failure(
                "NoUndo",
                step.name(),
                "step '%s' (%s) kept nothing that could undo it and has no rollback of its own"
                    .formatted(step.name(), step.operation().kind())),
            null);
      }
    }
  }

  private BsonDocument restore(
      History history, Lease lease, VersionState state, Attempt attempt, RunException cause) {
    if (lastResort.isEmpty()) {
      throw rollbackFailed(
          new Failure("BackupMissing", null, "there is no backup of this attempt to restore"),
          "set rollback.onFailure to Steps",
          cause);
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
