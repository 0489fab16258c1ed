package dev.godwit.core;

import static dev.godwit.api.v1alpha1.MigrationPhase.BackingUp;
import static dev.godwit.api.v1alpha1.MigrationPhase.Planning;

import dev.godwit.api.job.PlanSummary;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Approval;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.MigrationPhase;
import java.util.List;
import java.util.Optional;

/// What happens before anything is changed: the plan is read, a backup taken.
final class PlanningPhase {

  private final MigrationView view;
  private final MigrationDecisions decisions;
  private final TerminalPhases terminal;
  private final RollbackStart rollback;
  private final HistoryReading history;
  private final ApplyingPhase applying;

  PlanningPhase(MigrationDecisions decisions) {
    this.view = decisions.view();
    this.decisions = decisions;
    this.terminal = new TerminalPhases(decisions);
    this.rollback = new RollbackStart(decisions);
    this.history = new HistoryReading(decisions);
    this.applying = new ApplyingPhase(decisions);
  }

  Decision<MigrationStanding> start() {
    if (view.isRollbackWanted()) {
      return decisions.start(
          JobRole.VerdictAfterPlan,
          decisions.at(
              Planning, Reasons.READING_HISTORY, "reads the history: is there anything to undo?"));
    }
    return decisions.start(
        JobRole.Plan,
        decisions.at(Planning, Reasons.PLANNING, "reads the history and checks the preconditions"));
  }

  /// Waits for a person to agree to the plan; empty when nobody has to, somebody did, or there is
  /// no plan. In Pending, so that the spec may still be corrected. The plan Job may be gone by
  /// then: it is planned again when somebody has agreed.
  Optional<Decision<MigrationStanding>> unapproved() {
    Approval approval = view.spec().approvalOrDefault();
    Optional<JobView> job = view.job(JobRole.Plan);
    Optional<String> hash =
        job.isPresent()
            ? job.filter(it -> it.isEnded() && it.verdict() == Verdict.Planned)
                .map(it -> it.result().plan().planHash())
            : rememberedPlan();
    return hash.filter(it -> !approval.covers(it))
        .map(it -> new Decision.Wait<>(waiting(approval, it), null));
  }

  private Optional<String> rememberedPlan() {
    boolean waited =
        view.status().phase() == MigrationPhase.Pending
            && !view.isAttemptNew()
            && view.status().plan() != null;
    return waited ? Optional.ofNullable(view.status().plan().hash()) : Optional.empty();
  }

  private MigrationStanding waiting(Approval approval, String hash) {
    boolean other = approval.planHash() != null && !approval.planHash().isEmpty();
    return decisions.at(
        MigrationPhase.Pending,
        Reasons.WAITING_FOR_APPROVAL,
        "waits for approval of the plan in status.plan%s: to agree set spec.approval.planHash to %s"
            .formatted(other ? " (spec.approval.planHash is that of another plan)" : "", hash));
  }

  Decision<MigrationStanding> planning() {
    if (view.isRollbackWanted()) {
      return history.readVerdict(JobRole.Plan);
    }
    Optional<JobView> seen = view.job(JobRole.Plan);
    if (seen.isEmpty()) {
      return start();
    }
    JobView plan = seen.get();
    if (!plan.isEnded()) {
      return decisions.waitFor(
          plan, JobRole.Plan, decisions.at(Planning, Reasons.PLANNING, plan.doing("plans")));
    }
    return switch (plan.verdict()) {
      case Planned ->
          unapproved()
              .orElseGet(
                  () ->
                      isBackupNeeded(plan.result().plan())
                          ? backingUp()
                          : applying.start("runs the steps"));
      case Applied -> terminal.succeeded("was applied and verified before; nothing was run");
      case Recorded -> terminal.recorded();
      case RolledBack ->
          terminal.rolledBack(
              "the history says that it was rolled back; raise spec.retry to apply it again",
              plan.result().failure());
      case Unfinished -> resume(plan);
      case Refused -> terminal.refused(plan);
      case RollbackFailed -> terminal.rollbackFailed(plan.result().failure());
      case Interrupted, LockHeld -> history.readAgain(plan, Planning);
      case null, default ->
          plan.isOutOfTime()
              ? history.readAgain(plan, Planning)
              : history.readVerdict(JobRole.Plan);
    };
  }

  /// An earlier run of this attempt began to change the database. It goes on when the backup that
  /// it took is there, or none is needed; otherwise what it did is undone.
  private Decision<MigrationStanding> resume(JobView plan) {
    PlanSummary summary = plan.result().plan();
    if (!isBackupNeeded(summary) || view.backupToRestore().isPresent()) {
      return applying.start("goes on with what an earlier run began");
    }
    return rollback.afterFailure(
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

  Decision<MigrationStanding> backingUp() {
    if (view.isRollbackWanted()) {
      return history.readVerdict(JobRole.Plan);
    }
    Optional<BackupState> seen = view.backup().filter(backup -> !backup.deleting());
    if (seen.isEmpty()) {
      return view.reused().filter(backup -> !backup.deleting()).isPresent()
          ? applying.start(
              "runs the steps; backup %s is used again".formatted(view.status().backup()))
          : takeBackup();
    }
    BackupState backup = seen.get();
    if (backup.isUsable()) {
      return applying.start("runs the steps");
    }
    if (backup.phase() == BackupPhase.Failed || backup.phase() == BackupPhase.Succeeded) {
      String why = backup.failure() == null ? backup.message() : backup.failure().message();
      return terminal.failed(
          Reasons.BACKUP_FAILED,
          "backup %s failed, nothing was changed: %s".formatted(backup.name(), why));
    }
    return new Decision.Wait<>(
        decisions.at(
            BackingUp,
            Reasons.BACKING_UP,
            "backup %s: %s"
                .formatted(
                    backup.name(), backup.message() == null ? "is starting" : backup.message())),
        null);
  }

  private Decision<MigrationStanding> takeBackup() {
    Optional<JobView> plan =
        view.job(JobRole.Plan).filter(job -> job.isEnded() && job.verdict() == Verdict.Planned);
    if (plan.isEmpty()) {
      return planning();
    }
    PlanSummary summary = plan.get().result().plan();
    BackupReuse reuse = new BackupReuse(view, summary);
    Optional<ReusableBackup> young = reuse.choose();
    if (young.isPresent()) {
      return new Decision.Wait<>(
          decisions
              .at(BackingUp, Reasons.BACKING_UP, reuse.describe(young.get()))
              .using(young.get().state().name()),
          Recheck.SOON);
    }
    List<String> collections =
        summary == null || summary.collections() == null ? List.of() : summary.collections();
    if (view.storage() == null) {
      return terminal.storageMissing();
    }
    String name =
        Names.backup(
            view.id().name(), view.id().uid(), view.attempt(), view.backupsOfAttempt().size());
    return new Decision.TakeBackup<>(
        decisions.at(BackingUp, Reasons.BACKING_UP, "backup %s is starting".formatted(name)),
        name,
        collections);
  }
}
