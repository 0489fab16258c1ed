package dev.godwit.core;

import dev.godwit.api.job.RestoreSummary;
import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.v1alpha1.MongoRestoreStatus;
import dev.godwit.api.v1alpha1.Progress;
import dev.godwit.api.v1alpha1.RestorePhase;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// The status that tells a decision about a restore.
public final class RestoreStatusProjection {

  private final RestoreView view;
  private final RestoreStanding standing;
  private final MongoRestoreStatus before;

  private RestoreStatusProjection(RestoreView view, Decision<RestoreStanding> decision) {
    this.view = view;
    this.standing = decision.standing();
    this.before = view.isAttemptNew() ? anew(view.status()) : view.status();
  }

  /// The status after `decision`, which was made for `view`.
  public static MongoRestoreStatus project(RestoreView view, Decision<RestoreStanding> decision) {
    return new RestoreStatusProjection(view, decision).project(decision);
  }

  /// What another attempt keeps of the one before: the backup that it restores, and that of the
  /// state before if something may have been changed since.
  private static MongoRestoreStatus anew(MongoRestoreStatus status) {
    boolean changed = RestoreView.mayHaveChanged(status.failure());
    return new MongoRestoreStatus(
        status.observedGeneration(),
        null,
        status.conditions(),
        null,
        status.database(),
        status.source(),
        changed ? status.safetyBackup() : null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private MongoRestoreStatus project(Decision<RestoreStanding> decision) {
    RestorePhase phase = standing.phase();
    RunResult result = standing.result();
    RestoreSummary summary = result == null ? null : result.restore();
    boolean begun = phase == RestorePhase.BackingUp || phase == RestorePhase.Restoring;
    String started =
        before.startTime() == null && begun ? Conditions.time(view.now()) : before.startTime();
    String completed = null;
    if (phase.isTerminal()) {
      completed =
          before.completionTime() == null ? Conditions.time(view.now()) : before.completionTime();
    }
    return new MongoRestoreStatus(
        view.generation(),
        phase,
        conditions(),
        stays() && phase.isTerminal()
            ? before.retry()
            : Integer.valueOf(view.spec().retryOrDefault()),
        result != null && result.database() != null ? result.database() : database(),
        standing.source(),
        safetyBackup(decision),
        started,
        completed,
        completed == null || started == null
            ? null
            : ProgressText.duration(
                Duration.between(Instant.parse(started), Instant.parse(completed))),
        progress(summary),
        decision instanceof Decision.StartJob<?> start
            ? start.name()
            : view.job().map(JobView::name).orElse(before.job()),
        summary == null ? before.documents() : Long.valueOf(summary.documents()),
        summary == null ? before.collections() : Integer.valueOf(summary.collections()),
        result == null || drops() ? before.setAside() : result.setAside(),
        setAsideUntil(),
        before.setAsideDropped() == null && drops()
            ? Conditions.time(view.now())
            : before.setAsideDropped(),
        summary == null ? before.undone() : summary.undone(),
        standing.failure(),
        standing.message());
  }

  private boolean drops() {
    return standing.replaced() != null && standing.replaced().dropped();
  }

  private String setAsideUntil() {
    if (standing.replaced() == null) {
      return before.setAsideUntil();
    }
    Instant until = standing.replaced().until();
    return until == null ? null : Conditions.time(until);
  }

  /// Whether a terminal phase was there before: it speaks of the attempt that it ended.
  private boolean stays() {
    return before.phase() == standing.phase();
  }

  private String database() {
    return before.database() == null ? view.spec().database() : before.database();
  }

  private String safetyBackup(Decision<RestoreStanding> decision) {
    if (decision instanceof Decision.TakeBackup<?> take) {
      return take.name();
    }
    return before.safetyBackup() == null
        ? view.isAttemptNew() ? null : view.safetyBackup().map(KnownBackup::name).orElse(null)
        : before.safetyBackup();
  }

  private Progress progress(RestoreSummary summary) {
    if (standing.phase() == RestorePhase.Succeeded) {
      return summary == null ? before.progress() : ProgressText.all(summary.collections());
    }
    RunProgress line = view.job().map(JobView::progress).orElse(null);
    return line == null
        ? before.progress()
        : ProgressText.of(line, line.steps() == null ? 0 : line.steps());
  }

  private List<Condition> conditions() {
    Conditions conditions =
        new Conditions(view.status().conditions(), view.generation(), view.now());
    String reason = standing.reason();
    String message = standing.message();
    switch (standing.phase()) {
      case Pending, BackingUp, Restoring -> {
        conditions.add(Conditions.READY, Conditions.UNKNOWN, reason, message);
        conditions.add(Conditions.RECONCILING, Conditions.TRUE, reason, message);
      }
      case Succeeded -> conditions.add(Conditions.READY, Conditions.TRUE, reason, message);
      case Failed -> {
        conditions.add(Conditions.READY, Conditions.FALSE, reason, message);
        conditions.add(Conditions.STALLED, Conditions.TRUE, reason, message);
      }
    }
    backedUp(conditions);
    restored(conditions);
    replaced(conditions);
    return conditions.all();
  }

  private void backedUp(Conditions conditions) {
    if (!view.isSafetyWanted()) {
      conditions.add(
          Conditions.BACKED_UP, Conditions.FALSE, Reasons.NOT_REQUIRED, "safetyBackup is Never");
    } else if (view.safetyBackup().filter(KnownBackup::isUsable).isPresent()) {
      conditions.add(
          Conditions.BACKED_UP,
          Conditions.TRUE,
          Reasons.SUCCEEDED,
          "the state before is in backup " + view.safetyBackup().get().name());
    } else if (before.phase() != null && before.phase().isTerminal()) {
      conditions.keep(Conditions.BACKED_UP);
    }
  }

  private void restored(Conditions conditions) {
    switch (standing.phase()) {
      case Succeeded ->
          conditions.add(
              Conditions.RESTORED,
              Conditions.TRUE,
              Reasons.RESTORED,
              "the collections are as in the backup");
      case Failed -> {
        boolean unknown = RestoreView.mayHaveChanged(standing.failure());
        conditions.add(
            Conditions.RESTORED,
            unknown ? Conditions.UNKNOWN : Conditions.FALSE,
            unknown ? standing.failure().reason() : Reasons.NOTHING_CHANGED,
            unknown ? "not every collection may be in place" : view.nothingChanged());
      }
      default -> {}
    }
  }

  private void replaced(Conditions conditions) {
    ReplacedStanding replaced = standing.replaced();
    if (replaced != null) {
      conditions.add(
          Conditions.REPLACED_DROPPED,
          replaced.dropped() ? Conditions.TRUE : Conditions.FALSE,
          replaced.reason(),
          replaced.message());
    } else if (standing.phase() == RestorePhase.Succeeded) {
      conditions.keep(Conditions.REPLACED_DROPPED);
    }
  }
}
