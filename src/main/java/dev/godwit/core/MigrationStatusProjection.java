package dev.godwit.core;

import static dev.godwit.core.Conditions.APPLIED;
import static dev.godwit.core.Conditions.BACKED_UP;
import static dev.godwit.core.Conditions.FALSE;
import static dev.godwit.core.Conditions.READY;
import static dev.godwit.core.Conditions.RECONCILING;
import static dev.godwit.core.Conditions.ROLLED_BACK;
import static dev.godwit.core.Conditions.STALLED;
import static dev.godwit.core.Conditions.TRUE;
import static dev.godwit.core.Conditions.UNKNOWN;
import static dev.godwit.core.Conditions.VERIFIED;

import dev.godwit.api.job.PlanSummary;
import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.DesiredState;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.MigrationJobs;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.api.v1alpha1.PhaseTime;
import dev.godwit.api.v1alpha1.PlanStatus;
import dev.godwit.api.v1alpha1.Progress;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The status that tells a decision. What is not seen any more, because Jobs expire, is taken from
/// the status before as long as it speaks of the same attempt.
public final class MigrationStatusProjection {

  private static final int MAX_PHASES = 32;

  private final MigrationView view;
  private final Decision<MigrationStanding> decision;
  private final MigrationStanding standing;
  private final MigrationPhase phase;
  private final MongoMigrationStatus before;
  private final boolean sameAttempt;

  private MigrationStatusProjection(MigrationView view, Decision<MigrationStanding> decision) {
    this.view = view;
    this.decision = decision;
    this.standing = decision.standing();
    this.phase = standing.phase();
    this.before = view.status();
    this.sameAttempt = standing.attempt().equals(Attempt.remembered(before));
  }

  /// The status after `decision`, which was made for `view`.
  public static MongoMigrationStatus project(
      MigrationView view, Decision<MigrationStanding> decision) {
    return new MigrationStatusProjection(view, decision).project();
  }

  private MongoMigrationStatus project() {
    String start = startTime();
    String completion = completionTime();
    return new MongoMigrationStatus(
        view.id().generation(),
        phase,
        conditions(),
        fromResults(RunResult::attempt, before.attempt()),
        fromResults(RunResult::checksum, before.checksum()),
        standing.attempt().specHash(),
        standing.attempt().retry(),
        Optional.ofNullable(fromResults(RunResult::database, before.database()))
            .orElse(view.spec().target().database()),
        start,
        completion,
        start == null || completion == null
            ? null
            : ProgressText.duration(
                Duration.between(Instant.parse(start), Instant.parse(completion))),
        progress(),
        backup(),
        jobs(),
        standing.failure(),
        fromResults(RunResult::outcome, before.outcome()),
        fromResults(RunResult::setAside, before.setAside()),
        standing.message(),
        phases(),
        fromResults(MigrationStatusProjection::plan, before.plan()),
        new Quiesced(view).after(decision));
  }

  private static PlanStatus plan(RunResult result) {
    PlanSummary plan = result.plan();
    return plan == null
        ? null
        : new PlanStatus(plan.planHash(), plan.documents(), plan.destructive(), plan.text());
  }

  /// The value of the furthest Job that has one, else what was written before.
  private <T> T fromResults(Function<RunResult, T> value, T remembered) {
    T result = sameAttempt ? remembered : null;
    if (standing.attempt().equals(view.attempt())) {
      for (JobRole role : JobRole.values()) {
        T said =
            view.job(role)
                .filter(JobView::isEnded)
                .map(JobView::result)
                .map(value)
                .filter(it -> !(it instanceof List<?> list && list.isEmpty()))
                .orElse(null);
        result = said == null ? result : said;
      }
    }
    return result;
  }

  private String startTime() {
    if (sameAttempt && before.startTime() != null) {
      return before.startTime();
    }
    return phase == MigrationPhase.Pending ? null : Conditions.time(view.now());
  }

  private String completionTime() {
    if (!phase.isTerminal()) {
      return null;
    }
    return sameAttempt && before.phase() == phase && before.completionTime() != null
        ? before.completionTime()
        : Conditions.time(view.now());
  }

  /// Whether a Job verified between two looks at it: its verdict tells.
  private boolean passedVerifying() {
    return before.phase() == MigrationPhase.Applying
        && !standing.reason().equals(Reasons.RECORDED)
        && (phase == MigrationPhase.Succeeded
            || phase != MigrationPhase.Applying
                && standing.reason().equals(Reasons.VERIFICATION_FAILED));
  }

  private List<PhaseTime> phases() {
    List<PhaseTime> phases = new ArrayList<>(before.phases() == null ? List.of() : before.phases());
    if (passedVerifying()) {
      phases.add(new PhaseTime(MigrationPhase.Verifying.name(), Conditions.time(view.now())));
    }
    if (phases.isEmpty() || !phases.getLast().phase().equals(phase.name())) {
      phases.add(new PhaseTime(phase.name(), Conditions.time(view.now())));
    }
    return List.copyOf(phases.subList(Math.max(0, phases.size() - MAX_PHASES), phases.size()));
  }

  private MigrationJobs jobs() {
    MigrationJobs old = sameAttempt ? before.jobs() : null;
    MigrationJobs jobs =
        new MigrationJobs(
            jobName(JobRole.Plan, old == null ? null : old.plan()),
            jobName(JobRole.Baseline, jobName(JobRole.Apply, old == null ? null : old.apply())),
            isRollbackOver()
                ? null
                : jobName(JobRole.Rollback, old == null ? null : old.rollback()));
    return jobs.equals(new MigrationJobs(null, null, null)) ? null : jobs;
  }

  /// Whether the next wanted rollback is another one than any before.
  private boolean isRollbackOver() {
    return phase == MigrationPhase.Succeeded && !standing.reason().equals(Reasons.NOT_ROLLED_BACK);
  }

  private String jobName(JobRole role, String remembered) {
    if (decision instanceof Decision.StartJob<?> start && start.role() == role) {
      return start.name();
    }
    return standing.attempt().equals(view.attempt())
        ? view.job(role).map(JobView::name).orElse(remembered)
        : remembered;
  }

  private String backup() {
    if (decision instanceof Decision.TakeBackup<?> take) {
      return take.name();
    }
    if (standing.backup() != null) {
      return standing.backup();
    }
    boolean mine =
        sameAttempt || view.remembered() == MigrationPhase.RollingBack || view.isRetriedRollback();
    String old = mine ? before.backup() : null;
    return phase == MigrationPhase.Pending || phase == MigrationPhase.Planning
        ? old
        : Optional.ofNullable(old).or(() -> view.backup().map(BackupState::name)).orElse(null);
  }

  private Progress progress() {
    int steps = view.spec().steps().size();
    return switch (phase) {
      case Pending, Planning, BackingUp, RolledBack -> ProgressText.none(steps);
      case Succeeded -> ProgressText.all(steps);
      case Applying, Verifying -> running(JobRole.Apply, steps);
      case RollingBack -> running(JobRole.Rollback, steps);
      case Failed, RollbackFailed ->
          sameAttempt && before.progress() != null ? before.progress() : ProgressText.none(steps);
    };
  }

  private Progress running(JobRole role, int steps) {
    RunProgress line = view.job(role).map(JobView::progress).orElse(null);
    if (line != null) {
      return ProgressText.of(line, steps);
    }
    return sameAttempt && before.progress() != null ? before.progress() : ProgressText.none(steps);
  }

  // --- Conditions

  private List<Condition> conditions() {
    Conditions conditions = new Conditions(before.conditions(), view.id().generation(), view.now());
    kstatus(conditions);
    backedUp(conditions);
    outcome(conditions);
    return conditions.all();
  }

  private void kstatus(Conditions conditions) {
    String reason = standing.reason();
    String message = standing.message();
    boolean wanted =
        switch (view.spec().desiredStateOrDefault()) {
          case Applied, Baselined -> phase == MigrationPhase.Succeeded;
          case RolledBack -> phase == MigrationPhase.RolledBack;
        };
    if (wanted) {
      conditions.add(READY, TRUE, reason, message);
    } else if (phase.isTerminal() && !isUnderWay()) {
      conditions.add(READY, FALSE, reason, message);
      conditions.add(STALLED, TRUE, reason, message);
    } else {
      conditions.add(READY, UNKNOWN, reason, message);
      conditions.add(RECONCILING, TRUE, reason, message);
    }
  }

  /// A terminal phase that is about to be left: a rollback is wanted of what is applied.
  private boolean isUnderWay() {
    return view.spec().desiredStateOrDefault() == DesiredState.RolledBack
        && !standing.reason().equals(Reasons.NOT_ROLLED_BACK)
        && (phase == MigrationPhase.Succeeded || phase == MigrationPhase.Failed);
  }

  private void backedUp(Conditions conditions) {
    switch (phase) {
      case Pending, Planning -> {
        if (sameAttempt) {
          conditions.keep(BACKED_UP);
        }
      }
      case BackingUp -> conditions.add(BACKED_UP, FALSE, Reasons.IN_PROGRESS, standing.message());
      case Failed -> {
        if (standing.reason().equals(Reasons.BACKUP_FAILED)) {
          conditions.add(BACKED_UP, FALSE, Reasons.BACKUP_FAILED, standing.message());
        } else {
          knownBackup(conditions);
        }
      }
      default -> knownBackup(conditions);
    }
  }

  private void knownBackup(Conditions conditions) {
    Optional<BackupState> usable = view.backupToRestore();
    if (usable.isPresent()) {
      BackupState backup = usable.get();
      conditions.add(
          BACKED_UP,
          TRUE,
          view.reused().isPresent() ? Reasons.REUSED : Reasons.SUCCEEDED,
          "backup %s is %s, in folder %s"
              .formatted(
                  backup.name(),
                  view.reused().isPresent() ? "used again" : "complete",
                  backup.location()));
    } else if (phase == MigrationPhase.Applying && before.backup() == null) {
      conditions.add(
          BACKED_UP,
          FALSE,
          Reasons.NOT_REQUIRED,
          standing.reason().equals(Reasons.RECORDING)
              ? "nothing is run"
              : "backup.policy is %s and asks for no backup here"
                  .formatted(view.spec().backupPolicyOrDefault()));
    } else if (sameAttempt) {
      conditions.keep(BACKED_UP);
    }
  }

  private void outcome(Conditions conditions) {
    String message = standing.message();
    switch (phase) {
      case Pending, Planning, BackingUp -> {
        if (earlierChangesStay()) {
          conditions.keep(APPLIED);
        }
      }
      case Applying -> {
        // What begins may be refused, and then nothing but this says what is in the database.
        if (earlierChangesStay()) {
          conditions.keep(APPLIED);
        } else {
          conditions.add(APPLIED, UNKNOWN, Reasons.IN_PROGRESS, message);
        }
      }
      case Verifying -> {
        conditions.add(APPLIED, TRUE, Reasons.SUCCEEDED, "every step is done");
        conditions.add(VERIFIED, UNKNOWN, Reasons.IN_PROGRESS, message);
      }
      case Succeeded -> {
        if (standing.reason().equals(Reasons.RECORDED)) {
          conditions.add(APPLIED, TRUE, Reasons.RECORDED, message);
          return;
        }
        if (standing.reason().equals(Reasons.NOT_ROLLED_BACK)) {
          conditions.add(ROLLED_BACK, FALSE, Reasons.NOT_ROLLED_BACK, message);
        }
        if (sameAttempt && before.phase() == phase && isApplied(Reasons.RECORDED)) {
          conditions.keep(APPLIED);
          return;
        }
        conditions.add(APPLIED, TRUE, Reasons.SUCCEEDED, "every step is done");
        conditions.add(VERIFIED, TRUE, Reasons.SUCCEEDED, "every check holds");
      }
      case RollingBack -> {
        conditions.add(APPLIED, UNKNOWN, Reasons.ROLLING_BACK, message);
        verifiedByFailure(conditions);
        conditions.add(ROLLED_BACK, UNKNOWN, Reasons.IN_PROGRESS, message);
      }
      case RolledBack -> {
        conditions.add(APPLIED, FALSE, Reasons.ROLLED_BACK, "the data is as before");
        verifiedByFailure(conditions);
        conditions.add(ROLLED_BACK, TRUE, Reasons.ROLLED_BACK, message);
      }
      case Failed -> {
        if (standing.reason().equals(Reasons.CHANGES_STAY)) {
          conditions.add(APPLIED, UNKNOWN, Reasons.CHANGES_STAY, message);
          verifiedByFailure(conditions);
        } else if (earlierChangesStay()) {
          conditions.add(
              APPLIED,
              UNKNOWN,
              Reasons.CHANGES_STAY,
              "the changes of an earlier attempt stay; this one changed nothing");
        } else {
          conditions.add(APPLIED, FALSE, Reasons.NOTHING_CHANGED, "nothing was changed");
        }
      }
      case RollbackFailed -> {
        conditions.add(APPLIED, UNKNOWN, Reasons.ROLLBACK_FAILED, message);
        verifiedByFailure(conditions);
        conditions.add(ROLLED_BACK, FALSE, Reasons.ROLLBACK_FAILED, message);
      }
    }
  }

  /// Whether an attempt before this one left changes. Forgotten, a rollback would be taken for
  /// done.
  private boolean earlierChangesStay() {
    return isApplied(Reasons.CHANGES_STAY) || isApplied(Reasons.ROLLBACK_FAILED);
  }

  private boolean isApplied(String reason) {
    return Conditions.reason(before.conditions(), APPLIED).filter(reason::equals).isPresent();
  }

  private void verifiedByFailure(Conditions conditions) {
    boolean failedNow =
        view.job(JobRole.Apply)
            .map(JobView::result)
            .filter(result -> result.verdict() == Verdict.VerificationFailed)
            .isPresent();
    if (failedNow || standing.reason().equals(Reasons.VERIFICATION_FAILED)) {
      Failure failure = standing.failure();
      conditions.add(
          VERIFIED,
          FALSE,
          Reasons.VERIFICATION_FAILED,
          failure == null ? standing.message() : failure.message());
    } else if (sameAttempt
        && Conditions.reason(before.conditions(), VERIFIED)
            .filter(Reasons.VERIFICATION_FAILED::equals)
            .isPresent()) {
      conditions.keep(VERIFIED);
    }
  }
}
