package dev.godwit.core;

import static dev.godwit.api.v1alpha1.MigrationPhase.Applying;
import static dev.godwit.api.v1alpha1.MigrationPhase.BackingUp;
import static dev.godwit.api.v1alpha1.MigrationPhase.Planning;
import static dev.godwit.api.v1alpha1.MigrationPhase.RollingBack;

import dev.godwit.api.job.PlanSummary;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.api.v1alpha1.PhaseTime;
import dev.godwit.api.v1alpha1.Progress;
import dev.godwit.api.v1alpha1.ScaledWorkload;
import dev.godwit.api.v1alpha1.Step;
import dev.godwit.api.v1alpha1.StepOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What happened between two statuses, for people who read `kubectl describe`.
public final class MigrationStory {

  private static final Set<String> USUAL =
      Set.of(
          Reasons.STARTING,
          Reasons.PLANNING,
          Reasons.WAITING_FOR_CAPACITY,
          Reasons.BACKING_UP,
          Reasons.APPLYING,
          Reasons.RECORDING,
          Reasons.VERIFYING,
          Reasons.ROLLING_BACK,
          Reasons.STEP_FAILED,
          Reasons.VERIFICATION_FAILED,
          Reasons.JOB_LOST);

  /// The story's usual course; what it waits for comes before.
  private static final List<String> COURSE =
      List.of(
          "PlanReady",
          "BackupStarted",
          "BackupReused",
          "MigrationStarted",
          "RecordingStarted",
          "StepCompleted",
          "VerificationStarted",
          Reasons.STEP_FAILED,
          Reasons.VERIFICATION_FAILED,
          Reasons.JOB_LOST,
          "RollbackStarted",
          "RolledBack",
          "RollbackFailed",
          Reasons.NOT_ROLLED_BACK,
          Reasons.BACKUP_FAILED,
          "MigrationSucceeded",
          "MigrationFailed");

  /// Room for the steps of a migration.
  private static final int PLACES = 100;

  private final MigrationView view;
  private final MigrationStanding standing;
  private final MongoMigrationStatus before;
  private final MongoMigrationStatus after;
  private final List<Note> notes = new ArrayList<>();

  private MigrationStory(
      MigrationView view, MigrationStanding standing, MongoMigrationStatus after) {
    this.view = view;
    this.standing = standing;
    this.before = view.status();
    this.after = after;
  }

  /// The notes of the way from the view's status to `after`, in order.
  public static List<Note> tell(
      MigrationView view, MigrationStanding standing, MongoMigrationStatus after) {
    return new MigrationStory(view, standing, after).tell();
  }

  private List<Note> tell() {
    MigrationPhase from = before.phase();
    MigrationPhase to = after.phase();
    boolean recording = standing.reason().equals(Reasons.RECORDING);
    if (from == Planning && (to == BackingUp || to == Applying) && !recording) {
      boolean starts = to == BackingUp && standing.backup() == null;
      normal("PlanReady", plan() + (starts ? "; " + standing.message() + time() : ""));
    }
    workloads();
    steps();
    if (from != to) {
      arrival(from, to);
    } else if (!to.isTerminal()) {
      waiting();
    } else if (isNewlyNotRolledBack()) {
      warning(Reasons.NOT_ROLLED_BACK, standing.message());
    }
    return List.copyOf(notes);
  }

  private boolean isNewlyNotRolledBack() {
    return standing.reason().equals(Reasons.NOT_ROLLED_BACK)
        && Conditions.reason(before.conditions(), Conditions.READY)
            .filter(Reasons.NOT_ROLLED_BACK::equals)
            .isEmpty();
  }

  private void workloads() {
    List<ScaledWorkload> was = before.quiesced() == null ? List.of() : before.quiesced();
    List<ScaledWorkload> is = after.quiesced() == null ? List.of() : after.quiesced();
    for (ScaledWorkload it : is) {
      if (!was.contains(it)) {
        String name = it.workload().describe();
        add(
            false,
            "ScaledDown",
            name + " is scaled from %d to zero".formatted(it.replicas()),
            name);
      }
    }
    for (ScaledWorkload it : was) {
      if (!is.contains(it)) {
        String name = it.workload().describe();
        add(
            false,
            "ScaledBack",
            name + " is left to itself; it had %d".formatted(it.replicas()),
            name);
      }
    }
  }

  private void arrival(MigrationPhase from, MigrationPhase to) {
    switch (to) {
      case Pending, Planning -> waiting();
      case BackingUp -> {
        if (standing.backup() != null) {
          normal("BackupReused", standing.message());
        } else if (from != Planning) {
          normal("BackupStarted", standing.message() + size());
        }
      }
      case Applying -> {
        if (standing.reason().equals(Reasons.RECORDING)) {
          normal("RecordingStarted", "records it in Job " + view.jobName(JobRole.Baseline));
          return;
        }
        normal(
            "MigrationStarted",
            "%sversion %s: runs %d steps in Job %s"
                .formatted(
                    from == BackingUp && view.reused().isEmpty()
                        ? "backup %s is complete; ".formatted(after.backup())
                        : "",
                    view.spec().version(),
                    view.spec().steps().size(),
                    view.jobName(JobRole.Apply)));
      }
      case Verifying -> normal("VerificationStarted", "every step is done; runs the checks");
      case Succeeded -> {
        if (standing.reason().equals(Reasons.NOT_ROLLED_BACK)) {
          warning(Reasons.NOT_ROLLED_BACK, standing.message());
          return;
        }
        normal("MigrationSucceeded", standing.message());
      }
      case RollingBack -> {
        cause();
        normal("RollbackStarted", "rolls back in Job " + view.jobName(JobRole.Rollback));
      }
      case RolledBack -> {
        boolean restored = after.setAside() != null && !after.setAside().isEmpty();
        add(restored, "RolledBack", standing.message(), "", anchor());
      }
      case Failed -> {
        if (from != null && from.isTouching()) {
          cause();
        }
        String reason =
            standing.reason().equals(Reasons.BACKUP_FAILED)
                ? Reasons.BACKUP_FAILED
                : "MigrationFailed";
        warning(reason, standing.message());
      }
      case RollbackFailed -> warning("RollbackFailed", standing.message());
    }
  }

  /// Why a run is taken back or given up.
  private void cause() {
    Failure failure = standing.failure();
    if (failure == null) {
      return;
    }
    Verdict verdict =
        view.job(JobRole.Apply).map(JobView::result).map(result -> result.verdict()).orElse(null);
    String reason =
        switch (verdict) {
          case StepFailed -> Reasons.STEP_FAILED;
          case VerificationFailed -> Reasons.VERIFICATION_FAILED;
          case null, default -> standing.phase() == RollingBack ? Reasons.JOB_LOST : null;
        };
    if (reason != null) {
      warning(reason, failure.message());
    }
  }

  /// What it waits for, once for each reason.
  private void waiting() {
    String old = Conditions.reason(before.conditions(), Conditions.RECONCILING).orElse(null);
    String reason = standing.reason();
    if (!reason.equals(old) && !USUAL.contains(reason)) {
      boolean harmless =
          reason.startsWith("WaitingFor")
              || reason.equals(Reasons.READING_HISTORY)
              || reason.equals(Reasons.STOPPING)
              || reason.equals(Reasons.SUSPENDED)
              || reason.equals(Reasons.RESUMING);
      add(!harmless, reason, standing.message(), reason);
    }
  }

  /// Each step once: from the runner's progress while it runs, from its result in the end.
  private void steps() {
    Progress was = before.progress();
    Progress is = after.progress();
    if (after.outcome() != null
        && !after.outcome().equals(before.outcome())
        && before.phase() != null
        && before.phase() != RollingBack) {
      for (StepOutcome step : after.outcome()) {
        add(false, "StepCompleted", describe(step, touchesDocuments(step.step())), step.step());
      }
    } else if (before.phase() == Applying
        && was != null
        && is != null
        && was.step() != null
        && was.stepIndex() != null
        && is.stepIndex() != null
        && is.stepIndex() > was.stepIndex()) {
      add(
          false,
          "StepCompleted",
          "step %s (%s) is done".formatted(was.step(), was.position()),
          was.step());
    }
  }

  private boolean touchesDocuments(String step) {
    return view.spec().steps().stream()
        .anyMatch(it -> it.name().equals(step) && MigrationTally.touchesDocuments(it));
  }

  /// Of indexes, collections and rules there are few: only what was there already is of interest.
  private static String describe(StepOutcome step, boolean documents) {
    StringBuilder text = new StringBuilder("step ").append(step.step()).append(" is done");
    if (documents) {
      count(text, ", matched ", step.matched());
      count(text, ", changed ", step.changed());
    }
    count(text, ", was there already: ", step.skipped());
    count(text, ", conflicts: ", step.conflicts());
    return text.toString();
  }

  private static void count(StringBuilder text, String words, Long number) {
    if (number != null && number > 0) {
      text.append(words).append(number);
    }
  }

  private PlanSummary planned() {
    return view.job(JobRole.Plan).map(JobView::result).map(result -> result.plan()).orElse(null);
  }

  /// What the backup will read, and how long that may take where an earlier one tells it.
  private String size() {
    PlanSummary plan = planned();
    if (plan == null || plan.bytes() == null) {
      return "";
    }
    return ": about %d documents%s%s".formatted(plan.documents(), bytes(plan), time());
  }

  /// How long the backup may take, where an earlier one tells it.
  private String time() {
    PlanSummary plan = planned();
    return plan == null || plan.bytes() == null
        ? ""
        : view.paces().stream()
            .flatMap(pace -> pace.describe(plan.bytes()).stream())
            .findFirst()
            .map("; "::concat)
            .orElse("");
  }

  private static String bytes(PlanSummary plan) {
    return plan.bytes() == null ? "" : ", " + BackupStatusProjection.quantity(plan.bytes()) + "B";
  }

  private String plan() {
    PlanSummary plan = planned();
    if (plan == null) {
      return "%d steps".formatted(view.spec().steps().size());
    }
    return "%d steps on %s: about %d documents%s; %s"
        .formatted(
            view.spec().steps().size(),
            plan.collections() == null ? "many collections" : String.join(", ", plan.collections()),
            plan.documents(),
            bytes(plan),
            plan.destructive()
                ? "existing documents are changed"
                : "no existing document is changed");
  }

  private void normal(String reason, String message) {
    add(false, reason, message, "", anchor());
  }

  private void warning(String reason, String message) {
    add(true, reason, message, "", anchor());
  }

  /// What tells this run of the attempt from others: the time of the Job that led here, or else of
  /// its plan Job. It holds also where two operators, one of them on its way out, each wrote their
  /// own time of a phase, and where one sees of all Jobs only that which it asked for.
  private String anchor() {
    JobRole last =
        switch (after.phase()) {
          case RolledBack, RollbackFailed -> JobRole.Rollback;
          case Verifying, Succeeded, RollingBack, Failed -> JobRole.Apply;
          case Pending, Planning, BackingUp, Applying -> JobRole.Plan;
        };
    return view.job(last)
        .or(() -> view.job(JobRole.Plan))
        .map(job -> job.created().toString())
        .orElse(since());
  }

  /// The key holds since when the phase before was: telling the same transition again, because
  /// the status could not be written, gives the same key. A step is told once an attempt.
  private void add(boolean warning, String reason, String message, String subject) {
    add(warning, reason, message, subject, reason.equals("StepCompleted") ? "" : since());
  }

  private String since() {
    List<PhaseTime> phases = before.phases();
    return phases == null || phases.isEmpty() ? "" : phases.getLast().since();
  }

  private void add(boolean warning, String reason, String message, String subject, String since) {
    Attempt attempt = standing.attempt();
    notes.add(
        new Note(
            warning,
            reason,
            message == null ? reason : message,
            PLACES * (1 + COURSE.indexOf(reason)) + placeOf(subject),
            String.join(
                "|",
                attempt.specHash(),
                Integer.toString(attempt.retry()),
                reason,
                subject,
                since)));
  }

  private int placeOf(String step) {
    return view.spec().steps().stream().map(Step::name).toList().indexOf(step) + 1;
  }
}
