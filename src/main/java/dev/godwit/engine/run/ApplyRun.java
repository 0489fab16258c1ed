package dev.godwit.engine.run;

import dev.godwit.api.job.RunProgress.Activity;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.CollectionName;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.CompiledCheck;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.changelog.Resolution;
import dev.godwit.engine.check.CheckRunner;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryEvent;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.KeptUndo;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.lock.Lease;
import dev.godwit.engine.step.Catalog;
import dev.godwit.engine.step.LeftOvers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/// Applies a changelog and verifies it. A run that was killed is repeated: the history tells where
/// to go on. The changes of a failed run stay until a [RollbackRun].
public final class ApplyRun {

  private final RunEnvironment environment;
  private final Changelog changelog;
  private final String backup;
  private final RunMeter meter;
  private String backupPosition;
  private String approved;

  public ApplyRun(RunEnvironment environment, Changelog changelog) {
    this(environment, changelog, null);
  }

  /// @param backup where the backup of this attempt is, for a rollback that finds nobody to ask;
  ///     null for none
  public ApplyRun(RunEnvironment environment, Changelog changelog, String backup) {
    this.environment = environment;
    this.changelog = changelog;
    this.backup = backup;
    this.meter = new RunMeter(environment.progress(), Activity.Applying, changelog.steps().size());
  }

  /// Refuses to begin when something was written through Godwit since the backup began, as
  /// restoring it would take that away, too.
  ///
  /// @param position of [RunPosition] when the backup began; null when that is not known
  public ApplyRun sinceBackup(String position) {
    backupPosition = position;
    return this;
  }

  /// Refuses to begin on a database where the plan has another hash.
  ///
  /// @param planHash of the plan that somebody agreed to; null when nobody has to
  public ApplyRun approvedAs(String planHash) {
    approved = planHash;
    return this;
  }

  /// Runs to an end.
  ///
  /// @return verdict `Applied`, `StepFailed`, `VerificationFailed`, `FailedChangesStay`, or
  ///     `Recorded`, `RolledBack`, `RollbackFailed` (all three from the history)
  /// @throws RunException with verdict `Refused`, `Interrupted` or `LockHeld`
  public RunResult run() {
    return new LockedRun(environment).run(this::locked);
  }

  private RunResult locked(History history, Lease lease) {
    HistoryState all = history.state();
    Resolution resolution = Resolution.forApply(changelog, all);
    if (resolution instanceof Resolution.Start) {
      requireNothingSinceBackup();
    }
    new UndoCleanup(environment, history).run(all, null);
    return switch (resolution) {
      case Resolution.Refuse refuse -> throw new RunException(Verdict.Refused, refuse.failure());
      case Resolution.Ended ended -> ended(ended);
      case Resolution.Start start -> {
        start(history, start.attempt());
        yield steps(history, lease);
      }
      case Resolution.Resume _ -> steps(history, lease);
    };
  }

  private void requireNothingSinceBackup() {
    if (backupPosition == null) {
      return;
    }
    List<HistoryEvent> since =
        RunPosition.since(backupPosition, History.events(environment.database()));
    if (!since.isEmpty()) {
      throw RunException.refused(
          "BackupOutdated",
          null,
          "version %s ran (%s) after the backup began, and restoring the backup would take that away, too; nothing was changed; raise spec.retry: then another backup is taken"
              .formatted(since.getLast().version(), since.getLast().type()));
    }
  }

  private RunResult ended(Resolution.Ended ended) {
    boolean failed =
        ended.verdict() == Verdict.StepFailed || ended.verdict() == Verdict.VerificationFailed;
    Verdict verdict =
        failed && changelog.onFailure() == OnFailure.None
            ? Verdict.FailedChangesStay
            : ended.verdict();
    return result(verdict, ended.state(), ended.failure());
  }

  private void start(History history, int number) {
    checkApproval();
    Set<String> touched = touched();
    Set<String> read = new TreeSet<>(touched);
    read.addAll(changelog.namedCollections());
    Catalog catalog = Catalog.read(environment.database(), read);
    Preflight preflight = new Preflight(environment.database(), changelog, catalog);
    preflight.check();
    BsonDocument counts = new BsonDocument();
    for (CompiledCheck check : changelog.checks()) {
      if (check.kind() instanceof CompiledCheck.Kind.CountUnchanged unchanged) {
        counts.append(
            unchanged.collection(),
            new BsonInt64(
                preflight
                    .origin(unchanged.collection())
                    .map(it -> environment.database().getCollection(it).countDocuments())
                    .orElse(0L)));
      }
    }
    BsonDocument before =
        new BsonDocument("catalog", catalog.only(touched).toBson())
            .append("counts", counts)
            .append("specHash", new BsonString(changelog.specHash()));
    if (backup != null) {
      before.append("backup", new BsonString(backup));
    }
    history.append(EventType.Started, attempt(number), null, null, before);
  }

  private void checkApproval() {
    String now = approved == null ? null : PlanHash.of(environment.database(), changelog);
    if (now != null && !now.equals(approved)) {
      throw RunException.refused(
          "PlanChanged",
          "spec.approval.planHash",
          "collections or indexes changed since the plan was approved, whose hash was %s and is %s now; nothing was changed. Raise spec.retry for a new plan, and approve that"
              .formatted(approved, now));
    }
  }

  /// What the rollback compares and a restore puts back.
  private Set<String> touched() {
    Set<String> touched = new TreeSet<>(changelog.collections());
    if (changelog.touchesWholeDatabase()) {
      for (String name : environment.database().listCollectionNames()) {
        if (!name.startsWith("system.") && !name.startsWith(CollectionName.OWN_PREFIX)) {
          touched.add(name);
        }
      }
    }
    return touched;
  }

  private Attempt attempt(int number) {
    return new Attempt(changelog.version(), number, changelog.checksum(), changelog.retry());
  }

  private VersionState state(History history) {
    return history.state().of(changelog.version()).orElseThrow();
  }

  private RunResult steps(History history, Lease lease) {
    VersionState before = state(history);
    Attempt attempt = attempt(before.attempt());
    StepExecution execution = new StepExecution(environment, history, lease, attempt, meter);
    try {
      for (CompiledStep step : changelog.steps()) {
        if (!before.completed().containsKey(step.index())) {
          environment.stop().check();
          execution.run(before, step);
        }
      }
    } catch (RunException failed) {
      if (failed.verdict() != Verdict.StepFailed) {
        throw failed;
      }
      return failed(history, attempt, EventType.StepFailed, failed.failure());
    }
    return verify(history, lease, attempt);
  }

  private RunResult verify(History history, Lease lease, Attempt attempt) {
    LeftOvers.dropNotes(environment.database(), attempt);
    Optional<CheckRunner.Failed> failed = Optional.empty();
    boolean soaks = changelog.soak().length().isPositive();
    if (state(history).soakingSince().isEmpty()) {
      meter.activity(Activity.Verifying, 99, "runs %d checks".formatted(changelog.checks().size()));
      failed =
          new CheckRunner(environment.database(), expectedCounts(history))
              .firstFailed(changelog.checks());
      if (failed.isEmpty() && soaks) {
        history.append(EventType.SoakStarted, attempt, null, null, new BsonDocument());
      }
    }
    if (failed.isEmpty() && soaks) {
      failed =
          new Soaking(environment, changelog, lease, meter)
              .firstFailed(history, state(history).soakingSince().orElseThrow());
    }
    if (failed.isPresent()) {
      return failed(
          history,
          attempt,
          EventType.VerificationFailed,
          new Failure("VerificationFailed", failed.get().check().name(), failed.get().message()));
    }
    history.append(
        EventType.Verified, attempt, null, null, KeptUndo.details(changelog.keepUndoFor()));
    meter.activity(Activity.Verifying, 100, "verified");
    return result(Verdict.Applied, state(history), null);
  }

  /// The counts at the start, and what the steps themselves inserted and deleted.
  private Map<String, Long> expectedCounts(History history) {
    VersionState state = state(history);
    Map<String, Long> expected = new HashMap<>();
    state
        .before()
        .getDocument("counts")
        .forEach((collection, count) -> expected.put(collection, count.asNumber().longValue()));
    growth(state).forEach((name, by) -> expected.computeIfPresent(name, (_, count) -> count + by));
    return expected;
  }

  /// By the names that the collections have in the end.
  private Map<String, Long> growth(VersionState state) {
    Map<String, Long> growth = new HashMap<>();
    for (CompiledStep step : changelog.steps()) {
      switch (step.operation()) {
        case CompiledOperation.RenameCollection rename -> {
          Long moved = growth.remove(rename.collection());
          growth.put(rename.to(), moved == null ? 0 : moved);
        }
        case CompiledOperation.DropCollection drop -> growth.remove(drop.collection());
        default ->
            state
                .completed()
                .getOrDefault(step.index(), new BsonDocument())
                .getDocument(StepExecution.GROWTH, new BsonDocument())
                .forEach((name, by) -> growth.merge(name, by.asNumber().longValue(), Long::sum));
      }
    }
    return growth;
  }

  private RunResult failed(History history, Attempt attempt, EventType event, Failure failure) {
    history.append(event, attempt, null, failure.step(), details(failure));
    Verdict verdict =
        changelog.onFailure() == OnFailure.None
            ? Verdict.FailedChangesStay
            : event == EventType.StepFailed ? Verdict.StepFailed : Verdict.VerificationFailed;
    return result(verdict, state(history), failure);
  }

  /// A failure as details of an event.
  static BsonDocument details(Failure failure) {
    return new BsonDocument("reason", new BsonString(failure.reason()))
        .append("message", new BsonString(failure.message()));
  }

  private RunResult result(Verdict verdict, VersionState state, Failure failure) {
    return new RunResult(
        verdict,
        environment.database().getName(),
        state.attempt(),
        changelog.checksum(),
        null,
        Outcomes.of(state.completed()),
        null,
        null,
        null,
        failure);
  }
}
