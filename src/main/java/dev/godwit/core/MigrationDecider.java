package dev.godwit.core;

import static dev.godwit.api.v1alpha1.MigrationPhase.Applying;
import static dev.godwit.api.v1alpha1.MigrationPhase.BackingUp;
import static dev.godwit.api.v1alpha1.MigrationPhase.Failed;
import static dev.godwit.api.v1alpha1.MigrationPhase.Pending;
import static dev.godwit.api.v1alpha1.MigrationPhase.Planning;
import static dev.godwit.api.v1alpha1.MigrationPhase.RolledBack;
import static dev.godwit.api.v1alpha1.MigrationPhase.RollingBack;
import static dev.godwit.api.v1alpha1.MigrationPhase.Succeeded;
import static dev.godwit.api.v1alpha1.MigrationPhase.Verifying;

import dev.godwit.api.job.PlanSummary;
import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.DesiredState;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.OnFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Decides what happens next to a migration.
///
/// Jobs and backups that are there count more than the remembered phase: with the status lost, the
/// furthest Job tells where the migration is, and without Jobs the plan Job reads it from the
/// history. A Job that changes the database is only ever created when the API server holds a phase
/// in which the spec cannot be edited, so what runs is what the resource says.
public final class MigrationDecider {

  /// How long a reading Job that could not answer rests before it runs again.
  static final Duration REST = Duration.ofMinutes(1);

  /// How soon to look again when the next decision needs the written status.
  static final Duration SOON = Duration.ofMillis(200);

  /// How soon to look again while a Job that must not be overtaken runs.
  static final Duration POLL = Duration.ofSeconds(10);

  private static final String AS_DESIRED = "rolled back as desired; the data is as before";
  private static final String NOT_AS_DESIRED =
      "was rolled back as desired then; raise spec.retry to apply it again";

  private final MigrationView view;
  private final Attempt attempt;
  private final boolean wantsRollback;

  private MigrationDecider(MigrationView view) {
    this.view = view;
    this.attempt = view.attempt();
    this.wantsRollback = view.spec().desiredStateOrDefault() == DesiredState.RolledBack;
  }

  /// The next act for what is seen; total: every view has one.
  public static Decision<MigrationStanding> decide(MigrationView view) {
    return new MigrationDecider(view).decide();
  }

  private Decision<MigrationStanding> decide() {
    MigrationPhase remembered = view.remembered();
    return switch (remembered) {
      case null -> byEvidence(this::pending);
      case Pending -> view.isAttemptNew() ? newAttempt() : pendingOrFound();
      case Planning -> byEvidence(this::planning);
      case BackingUp -> byEvidence(this::backingUp);
      case Applying, Verifying ->
          view.job(JobRole.Rollback).isPresent() ? rollingBack() : applying();
      case RollingBack -> rollingBack();
      case Succeeded -> wantsRollback ? wantedRollback() : staySucceeded();
      case Failed -> wantsRollback ? rollBackFailed() : stay();
      case RolledBack -> stayRolledBack();
      case RollbackFailed -> stay();
    };
  }

  // --- Pending

  private interface Next {
    Decision<MigrationStanding> decide();
  }

  /// The furthest Job of this attempt decides; without one, `otherwise`.
  private Decision<MigrationStanding> byEvidence(Next otherwise) {
    if (view.job(JobRole.Rollback).isPresent()) {
      return rollingBack();
    }
    if (view.job(JobRole.Apply).isPresent()) {
      return applying();
    }
    return otherwise.decide();
  }

  /// Jobs that ended in an earlier run of the very same attempt (the spec was edited there and
  /// back) say nothing about this one.
  private Decision<MigrationStanding> newAttempt() {
    for (JobRole role : JobRole.values()) {
      Optional<JobView> old = view.job(role).filter(JobView::isEnded);
      if (old.isPresent()) {
        return new Decision.ForgetJob<>(asBefore(), old.get().name());
      }
    }
    return new Decision.Wait<>(at(Pending, Reasons.STARTING, "a new attempt begins"), SOON);
  }

  /// Jobs that change the database are there, but the status does not fix the spec: first it does.
  private Decision<MigrationStanding> pendingOrFound() {
    return byEvidence(() -> null) == null
        ? pending()
        : new Decision.Wait<>(
            at(Planning, Reasons.PLANNING, "goes on with the Jobs that are there"), SOON);
  }

  private Decision<MigrationStanding> pending() {
    Optional<JobView> stranger = actingStranger();
    if (stranger.isPresent()) {
      return new Decision.Wait<>(
          at(
              Pending,
              Reasons.WAITING_FOR_OLD_JOB,
              "waits for the end of Job %s of an earlier attempt".formatted(stranger.get().name())),
          POLL);
    }
    if (!wantsRollback) {
      Optional<Neighbour> twin = Order.elderTwin(view);
      if (twin.isPresent()) {
        return failed(
            Reasons.DUPLICATE_VERSION,
            ("version %s is taken by %s on the same database; nothing was changed. Give this"
                    + " migration another version")
                .formatted(view.spec().version(), twin.get().name()));
      }
      Optional<Neighbour> predecessor = Order.blockingPredecessor(view);
      if (predecessor.isPresent()) {
        return new Decision.Wait<>(
            at(
                Pending,
                Reasons.WAITING_FOR_PREDECESSOR,
                "waits for %s, which comes first".formatted(predecessor.get().describe())),
            null);
      }
    }
    Optional<Neighbour> running = Order.running(view);
    if (running.isPresent()) {
      return new Decision.Wait<>(
          at(
              Pending,
              Reasons.WAITING_FOR_TARGET,
              "waits for %s, which runs on the same database".formatted(running.get().describe())),
          null);
    }
    return startReading();
  }

  private Decision<MigrationStanding> startReading() {
    if (wantsRollback) {
      return start(
          JobRole.VerdictAfterPlan,
          at(Planning, Reasons.READING_HISTORY, "reads the history: is there anything to undo?"));
    }
    return start(
        JobRole.Plan,
        at(Planning, Reasons.PLANNING, "reads the history and checks the preconditions"));
  }

  // --- Planning

  private Decision<MigrationStanding> planning() {
    if (wantsRollback) {
      return readVerdict(JobRole.Plan);
    }
    Optional<JobView> seen = view.job(JobRole.Plan);
    if (seen.isEmpty()) {
      return startReading();
    }
    JobView plan = seen.get();
    if (!plan.isEnded()) {
      return waitFor(plan, JobRole.Plan, at(Planning, Reasons.PLANNING, doing(plan, "plans")));
    }
    return switch (verdict(plan)) {
      case Planned -> isBackupNeeded(plan.result().plan()) ? backingUp() : apply("runs the steps");
      case Applied -> succeeded("was applied and verified before; nothing was run");
      case RolledBack ->
          rolledBack(
              "the history says that it was rolled back; raise spec.retry to apply it again",
              plan.result().failure());
      case Unfinished -> resume(plan);
      case Refused -> refused(plan);
      case RollbackFailed -> rollbackFailed(plan.result().failure());
      case Interrupted, LockHeld -> readAgain(plan, JobRole.Plan, Planning);
      case null, default ->
          isOutOfTime(plan) ? readAgain(plan, JobRole.Plan, Planning) : readVerdict(JobRole.Plan);
    };
  }

  private Decision<MigrationStanding> refused(JobView job) {
    return end(
        Failed,
        Reasons.REFUSED,
        failureOf(job, Reasons.REFUSED, "the run was refused; nothing was changed"));
  }

  /// An earlier run of this attempt began to change the database. It goes on when the backup that
  /// it took is there, or none is needed; otherwise what it did is undone.
  private Decision<MigrationStanding> resume(JobView plan) {
    PlanSummary summary = plan.result().plan();
    if (!isBackupNeeded(summary) || view.backupToRestore().isPresent()) {
      return apply("goes on with what an earlier run began");
    }
    return afterFailure(
        Reasons.JOB_LOST,
        new Failure(
            Reasons.JOB_LOST,
            null,
            "an earlier run did not end and its backup is gone, so it is not continued"));
  }

  private boolean isBackupNeeded(PlanSummary plan) {
    return switch (view.spec().backupPolicyOrDefault()) {
      case Always -> true;
      case WhenDestructive -> plan == null || plan.destructive();
      case Never -> false;
    };
  }

  // --- BackingUp

  private Decision<MigrationStanding> backingUp() {
    if (wantsRollback) {
      return readVerdict(JobRole.Plan);
    }
    Optional<BackupState> seen = view.backup().filter(backup -> !backup.deleting());
    if (seen.isEmpty()) {
      return takeBackup();
    }
    BackupState backup = seen.get();
    if (backup.isUsable()) {
      return apply("runs the steps");
    }
    if (backup.phase() == BackupPhase.Failed || backup.phase() == BackupPhase.Succeeded) {
      String why = backup.failure() == null ? backup.message() : backup.failure().message();
      return failed(
          Reasons.BACKUP_FAILED,
          "backup %s failed, nothing was changed: %s".formatted(backup.name(), why));
    }
    return new Decision.Wait<>(
        at(
            BackingUp,
            Reasons.BACKING_UP,
            "backup %s: %s"
                .formatted(
                    backup.name(), backup.message() == null ? "is starting" : backup.message())),
        null);
  }

  private Decision<MigrationStanding> takeBackup() {
    Optional<JobView> plan =
        view.job(JobRole.Plan).filter(job -> job.isEnded() && verdict(job) == Verdict.Planned);
    if (plan.isEmpty()) {
      return planning();
    }
    PlanSummary summary = plan.get().result().plan();
    List<String> collections =
        summary == null || summary.collections() == null ? List.of() : summary.collections();
    String name =
        Names.backup(view.id().name(), view.id().uid(), attempt, view.backupsOfAttempt().size());
    return new Decision.TakeBackup<>(
        at(BackingUp, Reasons.BACKING_UP, "backup %s is starting".formatted(name)),
        name,
        collections);
  }

  // --- Applying, Verifying

  private Decision<MigrationStanding> apply(String message) {
    Optional<Neighbour> running = Order.touching(view);
    if (running.isPresent()) {
      return new Decision.Wait<>(
          at(
              view.remembered(),
              Reasons.WAITING_FOR_TARGET,
              "waits for %s, which runs on the same database".formatted(running.get().describe())),
          POLL);
    }
    return start(JobRole.Apply, at(Applying, Reasons.APPLYING, message));
  }

  private Decision<MigrationStanding> applying() {
    Optional<JobView> seen = view.job(JobRole.Apply);
    if (seen.isEmpty()) {
      return wantsRollback ? rollBack(Reasons.ROLLING_BACK, null) : readVerdict(JobRole.Apply);
    }
    JobView apply = seen.get();
    if (apply.state() == JobView.State.Stopping) {
      return new Decision.Wait<>(
          at(phaseOf(apply), Reasons.STOPPING, "the apply Job finishes its batch and stops"), null);
    }
    if (!apply.isEnded()) {
      return wantsRollback
          ? new Decision.StopJob<>(
              at(phaseOf(apply), Reasons.STOPPING, "stops the apply Job, then rolls back"),
              apply.name())
          : waitFor(
              apply,
              JobRole.Apply,
              at(
                  phaseOf(apply),
                  phaseOf(apply) == Verifying ? Reasons.VERIFYING : Reasons.APPLYING,
                  doing(apply, "runs the steps")));
    }
    return switch (verdict(apply)) {
      case Applied -> succeeded(null);
      case Refused -> refused(apply);
      case StepFailed ->
          afterFailure(Reasons.STEP_FAILED, failureOf(apply, Reasons.STEP_FAILED, "a step failed"));
      case VerificationFailed ->
          afterFailure(
              Reasons.VERIFICATION_FAILED,
              failureOf(apply, Reasons.VERIFICATION_FAILED, "the verification failed"));
      case FailedChangesStay ->
          changesStay(failureOf(apply, Reasons.CHANGES_STAY, "a step or check failed"));
      case null, default -> readVerdict(JobRole.Apply);
    };
  }

  private MigrationPhase phaseOf(JobView apply) {
    RunProgress progress = apply.progress();
    boolean verifying = progress != null && progress.activity() == RunProgress.Activity.Verifying;
    return verifying || view.remembered() == Verifying ? Verifying : Applying;
  }

  /// A step or the verification failed, or the run was lost half-way.
  private Decision<MigrationStanding> afterFailure(String reason, Failure failure) {
    boolean stay =
        !wantsRollback && view.spec().rollbackOrDefault().onFailureOrDefault() == OnFailure.None;
    return stay ? changesStay(failure) : rollBack(reason, failure);
  }

  private Decision<MigrationStanding> changesStay(Failure failure) {
    return wantsRollback
        ? rollBack(Reasons.ROLLING_BACK, failure)
        : end(
            Failed,
            Reasons.CHANGES_STAY,
            new Failure(
                failure.reason(),
                failure.step(),
                failure.message()
                    + " The changes stay, as rollback.onFailure is None: set desiredState to"
                    + " RolledBack to take them back, or repair the data and raise spec.retry."));
  }

  // --- RollingBack

  private Decision<MigrationStanding> wantedRollback() {
    List<Neighbour> successors = Order.successorsInDatabase(view);
    if (!successors.isEmpty()) {
      return new Decision.Wait<>(
          at(
              Succeeded,
              Reasons.WAITING_FOR_SUCCESSOR,
              "cannot be rolled back while %s is applied after it; set its desiredState to"
                      .formatted(successors.getLast().describe())
                  + " RolledBack too"),
          null);
    }
    Optional<Neighbour> running = Order.running(view);
    if (running.isPresent()) {
      return new Decision.Wait<>(
          at(
              Succeeded,
              Reasons.WAITING_FOR_TARGET,
              "waits for %s, which runs on the same database".formatted(running.get().describe())),
          null);
    }
    return rollBack(Reasons.ROLLING_BACK, null);
  }

  private Decision<MigrationStanding> rollBack(String reason, Failure failure) {
    return start(
        JobRole.Rollback,
        standing(
            RollingBack,
            reason,
            failure == null ? "takes the migration back" : "rolls back: " + failure.message(),
            failure));
  }

  private Decision<MigrationStanding> rollingBack() {
    Failure failure = causeOfRollback();
    Optional<JobView> seen = view.job(JobRole.Rollback);
    if (seen.isEmpty()) {
      // Remembered from before this attempt, or just decided and never started: then it starts now.
      boolean lost =
          view.remembered() == RollingBack
              && view.status().jobs() != null
              && view.jobName(JobRole.Rollback).equals(view.status().jobs().rollback());
      return lost ? readVerdict(JobRole.Rollback) : rollBack(reasonOfRollback(), failure);
    }
    JobView rollback = seen.get();
    if (!rollback.isEnded()) {
      return waitFor(
          rollback,
          JobRole.Rollback,
          standing(RollingBack, reasonOfRollback(), doing(rollback, "rolls back"), failure));
    }
    return switch (verdict(rollback)) {
      case RolledBack -> rolledBack(null, failure);
      case RollbackFailed -> rollbackFailed(rollback.result().failure());
      case null, default -> readVerdict(JobRole.Rollback);
    };
  }

  /// Why it is rolled back: what the apply Job says, or what was remembered.
  private Failure causeOfRollback() {
    Optional<JobView> apply = view.job(JobRole.Apply).filter(JobView::isEnded);
    Failure said = apply.map(JobView::result).map(RunResult::failure).orElse(null);
    return said != null || view.isAttemptNew() ? said : view.status().failure();
  }

  private String reasonOfRollback() {
    Verdict verdict = view.job(JobRole.Apply).map(MigrationDecider::verdict).orElse(null);
    return switch (verdict) {
      case StepFailed -> Reasons.STEP_FAILED;
      case VerificationFailed -> Reasons.VERIFICATION_FAILED;
      case null, default -> Reasons.ROLLING_BACK;
    };
  }

  private Decision<MigrationStanding> rollBackFailed() {
    Optional<String> applied = Conditions.reason(view.status().conditions(), Conditions.APPLIED);
    return applied.filter(Reasons.NOTHING_CHANGED::equals).isPresent()
        ? rolledBack("nothing was changed, so there is nothing to take back", null)
        : rollBack(Reasons.ROLLING_BACK, null);
  }

  // --- Verdicts of the history

  /// Reads from the history what the Job with role `of` left unsaid.
  private Decision<MigrationStanding> readVerdict(JobRole of) {
    JobRole role = of.verdict();
    MigrationPhase phase = phaseWhileReading(of);
    Failure failure = of == JobRole.Rollback ? causeOfRollback() : null;
    Optional<JobView> seen = view.job(role);
    String lost = describeLoss(of);
    if (seen.isEmpty()) {
      return start(role, standing(phase, Reasons.READING_HISTORY, lost, failure));
    }
    JobView job = seen.get();
    if (!job.isEnded()) {
      return waitFor(job, role, standing(phase, Reasons.READING_HISTORY, lost, failure));
    }
    return switch (of) {
      case Apply -> afterLostApply(job, lost);
      case Rollback -> afterLostRollback(job, lost);
      default -> wantsRollback ? beforeRollback(job) : afterLostPlan(job, lost);
    };
  }

  private MigrationPhase phaseWhileReading(JobRole of) {
    return switch (of) {
      case Apply -> view.remembered() == Verifying ? Verifying : Applying;
      case Rollback -> RollingBack;
      default -> Planning;
    };
  }

  private Decision<MigrationStanding> afterLostPlan(JobView job, String lost) {
    return switch (verdict(job)) {
      case Applied -> succeeded("was applied and verified before");
      case RolledBack -> rolledBack("the history says that it was rolled back", null);
      case RollbackFailed -> rollbackFailed(job.result().failure());
      case Unfinished -> afterFailure(Reasons.JOB_LOST, new Failure(Reasons.JOB_LOST, null, lost));
      case Untouched -> failed(Reasons.JOB_LOST, lost + "; nothing was changed");
      case null, default ->
          failed(
              Reasons.JOB_LOST,
              lost + "; nothing was changed by this attempt. Raise spec.retry to try again");
    };
  }

  private Decision<MigrationStanding> afterLostApply(JobView job, String lost) {
    return switch (verdict(job)) {
      case Applied -> succeeded(null);
      case RolledBack -> rolledBack("the history says that it was rolled back", null);
      case RollbackFailed -> rollbackFailed(job.result().failure());
      case Unfinished -> afterFailure(Reasons.JOB_LOST, new Failure(Reasons.JOB_LOST, null, lost));
      case Untouched ->
          failed(Reasons.JOB_LOST, lost + "; nothing was changed. Raise spec.retry to try again");
      case null, default ->
          readAgain(job, JobRole.VerdictAfterApply, phaseWhileReading(JobRole.Apply));
    };
  }

  private Decision<MigrationStanding> afterLostRollback(JobView job, String lost) {
    return switch (verdict(job)) {
      case RolledBack, Untouched -> rolledBack(null, causeOfRollback());
      case RollbackFailed -> rollbackFailed(job.result().failure());
      case Unfinished, Applied ->
          rollbackFailed(
              new Failure(
                  Reasons.ROLLBACK_FAILED,
                  null,
                  lost
                      + "; the migration is still in the database, in whole or in part. Nothing"
                      + " touches it now: see why the Job ended, then raise spec.retry to roll back"
                      + " again"));
      case null, default -> readAgain(job, JobRole.VerdictAfterRollback, RollingBack);
    };
  }

  /// Rollback is wanted of a migration that this resource has not applied.
  private Decision<MigrationStanding> beforeRollback(JobView job) {
    return switch (verdict(job)) {
      case Untouched, RolledBack -> rolledBack("nothing was changed", null);
      case RollbackFailed -> rollbackFailed(job.result().failure());
      case Applied -> succeeded("was applied and verified before");
      case Unfinished -> rollBack(Reasons.ROLLING_BACK, null);
      case null, default -> readAgain(job, JobRole.VerdictAfterPlan, Planning);
    };
  }

  /// A reading Job could not answer, for instance because the database was away: it rests and then
  /// runs again.
  private Decision<MigrationStanding> readAgain(JobView job, JobRole role, MigrationPhase phase) {
    Failure failure = job.result() == null ? null : job.result().failure();
    String why = failure != null ? failure.message() : endOf(job);
    MigrationStanding standing =
        standing(
            phase,
            Reasons.RETRYING,
            "Job %s could not read the database and runs again every minute: %s"
                .formatted(job.name(), why),
            phase == RollingBack ? causeOfRollback() : null);
    Instant due = job.ended().plus(REST);
    return view.now().isBefore(due)
        ? new Decision.Wait<>(standing, Duration.between(view.now(), due))
        : new Decision.ForgetJob<>(standing, job.name());
  }

  private String describeLoss(JobRole of) {
    if (of == JobRole.Plan && wantsRollback) {
      return "reads the history: is there anything to undo?";
    }
    String end =
        view.job(of)
            .map(job -> "Job %s ended without a verdict (%s)".formatted(job.name(), endOf(job)))
            .orElse("Job %s is gone".formatted(view.jobName(of)));
    return end;
  }

  private static String endOf(JobView job) {
    if (job.result() != null && job.result().failure() != null) {
      return job.result().failure().message();
    }
    return job.failure() == null ? "no result" : job.failure();
  }

  // --- Ends

  private Decision<MigrationStanding> succeeded(String note) {
    return end(Succeeded, Reasons.SUCCEEDED, note == null ? "applied and verified" : note, null);
  }

  private Decision<MigrationStanding> rolledBack(String note, Failure failure) {
    String message =
        note != null
            ? note
            : failure == null
                ? AS_DESIRED
                : ("rolled back, the data is as before: %s. Correct the spec or the data, then raise"
                        + " spec.retry")
                    .formatted(failure.message());
    return end(RolledBack, Reasons.ROLLED_BACK, message + setAside(), failure);
  }

  /// A restore takes away writes that were made since the backup: says where they are.
  private String setAside() {
    List<String> names =
        view.job(JobRole.Rollback).map(JobView::result).map(RunResult::setAside).orElse(List.of());
    return names.isEmpty()
        ? ""
        : ". The backup%s was restored: writes made since are only in %s; copy from there what is missing"
            .formatted(
                view.backupToRestore()
                    .map(backup -> " %s of %s".formatted(backup.name(), backup.created()))
                    .orElse(""),
                String.join(", ", names));
  }

  private Decision<MigrationStanding> rollbackFailed(Failure failure) {
    return end(
        MigrationPhase.RollbackFailed,
        Reasons.ROLLBACK_FAILED,
        failure != null
            ? failure
            : new Failure(
                Reasons.ROLLBACK_FAILED,
                null,
                "the rollback failed; nothing touches the database now. Repair what it says in the"
                    + " Job's log, then raise spec.retry to roll back again"));
  }

  private Decision<MigrationStanding> failed(String reason, String message) {
    return end(Failed, reason, new Failure(reason, null, message));
  }

  private Decision<MigrationStanding> end(MigrationPhase phase, String reason, Failure failure) {
    return end(phase, reason, failure.message(), failure);
  }

  /// A terminal phase that the status does not hold yet is looked at again once it does: what comes
  /// after it (another desired state, the expiry of Jobs) starts from the written status.
  private Decision<MigrationStanding> end(
      MigrationPhase phase, String reason, String message, Failure failure) {
    return new Decision.Wait<>(standing(phase, reason, message, failure), SOON);
  }

  private Decision<MigrationStanding> stay() {
    return new Decision.Wait<>(asBefore(), null);
  }

  /// Setting desiredState back applies nothing by itself: it says what does.
  private Decision<MigrationStanding> stayRolledBack() {
    String wrong = wantsRollback ? NOT_AS_DESIRED : AS_DESIRED;
    String right = wantsRollback ? AS_DESIRED : NOT_AS_DESIRED;
    String said = view.status().message();
    return said != null && said.startsWith(wrong)
        ? end(RolledBack, Reasons.ROLLED_BACK, right + said.substring(wrong.length()), null)
        : stay();
  }

  /// A rollback that was wanted and waited may not be wanted any more.
  private Decision<MigrationStanding> staySucceeded() {
    boolean waited =
        Conditions.reason(view.status().conditions(), Conditions.RECONCILING).isPresent();
    return waited ? succeeded(null) : stay();
  }

  /// What the status says already.
  private MigrationStanding asBefore() {
    return new MigrationStanding(
        view.status().phase(),
        Attempt.remembered(view.status()),
        Conditions.reason(view.status().conditions(), Conditions.READY).orElse(Reasons.SUCCEEDED),
        view.status().message(),
        view.status().failure());
  }

  // --- Pieces

  private Decision<MigrationStanding> start(JobRole role, MigrationStanding standing) {
    String backup = view.backupToRestore().map(BackupState::location).orElse(null);
    return new Decision.StartJob<>(
        standing, role, view.jobName(role), role.isReading() ? null : backup);
  }

  /// Waits for a Job that runs, and says what keeps it from running.
  private Decision<MigrationStanding> waitFor(
      JobView job, JobRole role, MigrationStanding standing) {
    Obstacle obstacle = job.obstacle();
    if (obstacle == null) {
      return new Decision.Wait<>(standing, null);
    }
    MigrationStanding named = standing.withMessage(obstacle.reason(), obstacle.message());
    return obstacle.reason().equals(Obstacle.MANIFEST_MISSING)
        ? start(role, named)
        : new Decision.Wait<>(named, null);
  }

  private Optional<JobView> actingStranger() {
    return view.jobs().stream().filter(job -> job.acting() && !job.isEnded()).findFirst();
  }

  private static Verdict verdict(JobView job) {
    return job.result() == null ? null : job.result().verdict();
  }

  private static boolean isOutOfTime(JobView job) {
    return job.failure() != null && job.failure().startsWith("DeadlineExceeded");
  }

  private static Failure failureOf(JobView job, String reason, String otherwise) {
    Failure said = job.result().failure();
    return said == null || said.message() == null
        ? new Failure(reason, said == null ? null : said.step(), otherwise)
        : new Failure(said.reason() == null ? reason : said.reason(), said.step(), said.message());
  }

  private static String doing(JobView job, String otherwise) {
    if (job.state() == JobView.State.Stopping) {
      return "the Job is being stopped";
    }
    if (!job.running()) {
      return "the Job's pod is starting";
    }
    return job.progress() == null || job.progress().message() == null
        ? otherwise
        : job.progress().message();
  }

  private MigrationStanding at(MigrationPhase phase, String reason, String message) {
    return standing(phase, reason, message, null);
  }

  private MigrationStanding standing(
      MigrationPhase phase, String reason, String message, Failure failure) {
    return new MigrationStanding(phase, attempt, reason, message, failure);
  }
}
