package dev.godwit.core;

import static dev.godwit.api.v1alpha1.MigrationPhase.Applying;
import static dev.godwit.api.v1alpha1.MigrationPhase.Planning;
import static dev.godwit.api.v1alpha1.MigrationPhase.RollingBack;
import static dev.godwit.api.v1alpha1.MigrationPhase.Verifying;

import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.MigrationPhase;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Reads from the history what a Job left unsaid that ended without a verdict, or is gone.
final class HistoryReading {

  /// How long a reading Job that could not answer rests before it runs again.
  private static final Duration REST = Duration.ofMinutes(1);

  private final MigrationView view;
  private final MigrationDecisions decisions;
  private final TerminalPhases terminal;
  private final RollbackStart rollback;

  HistoryReading(MigrationDecisions decisions) {
    this.view = decisions.view();
    this.decisions = decisions;
    this.terminal = new TerminalPhases(decisions);
    this.rollback = new RollbackStart(decisions);
  }

  /// Reads from the history what the Job with role `of` left unsaid.
  Decision<MigrationStanding> readVerdict(JobRole of) {
    JobRole role = of.verdict();
    MigrationPhase phase = phaseWhileReading(of);
    Failure failure = of == JobRole.Rollback ? rollback.cause() : null;
    Optional<JobView> seen = view.job(role);
    String lost = describeLoss(of);
    if (seen.isEmpty()) {
      return decisions.start(
          role, decisions.standing(phase, Reasons.READING_HISTORY, lost, failure));
    }
    JobView job = seen.get();
    if (!job.isEnded()) {
      return decisions.waitFor(
          job, role, decisions.standing(phase, Reasons.READING_HISTORY, lost, failure));
    }
    return switch (of) {
      case Apply -> afterLostApply(job, lost);
      case Rollback -> afterLostRollback(job, lost);
      default -> view.isRollbackWanted() ? beforeRollback(job) : afterLostPlan(job, lost);
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
    return switch (job.verdict()) {
      case Applied -> terminal.succeeded("was applied and verified before");
      case Recorded -> terminal.recorded();
      case RolledBack -> terminal.rolledBack("the history says that it was rolled back", null);
      case RollbackFailed -> terminal.rollbackFailed(job.result().failure());
      case Unfinished -> afterUnfinished(job.result().failure(), lost);
      case Untouched -> terminal.failed(Reasons.JOB_LOST, lost + "; nothing was changed");
      case Refused -> terminal.refused(job);
      case null, default ->
          terminal.failed(
              Reasons.JOB_LOST,
              lost + "; nothing was changed by this attempt. Raise spec.retry to try again");
    };
  }

  private Decision<MigrationStanding> afterLostApply(JobView job, String lost) {
    return switch (job.verdict()) {
      case Applied -> terminal.succeeded(null);
      case Recorded -> terminal.recorded();
      case RolledBack -> terminal.rolledBack("the history says that it was rolled back", null);
      case RollbackFailed -> terminal.rollbackFailed(job.result().failure());
      case Unfinished -> afterUnfinished(job.result().failure(), lost);
      case Untouched ->
          terminal.failed(
              Reasons.JOB_LOST, lost + "; nothing was changed. Raise spec.retry to try again");
      case Refused -> terminal.refused(job);
      case null, default -> readAgain(job, phaseWhileReading(JobRole.Apply));
    };
  }

  /// The history may say what failed; else the run was lost.
  private Decision<MigrationStanding> afterUnfinished(Failure said, String lost) {
    boolean known =
        said != null
            && (Reasons.STEP_FAILED.equals(said.reason())
                || Reasons.VERIFICATION_FAILED.equals(said.reason()));
    return known
        ? rollback.afterFailure(said.reason(), said)
        : rollback.afterFailure(Reasons.JOB_LOST, new Failure(Reasons.JOB_LOST, null, lost));
  }

  private Decision<MigrationStanding> afterLostRollback(JobView job, String lost) {
    Optional<JobView> refused =
        view.job(JobRole.Rollback).filter(it -> it.verdict() == Verdict.Refused);
    if (refused.isPresent() && job.verdict() == Verdict.Applied) {
      // It said so itself. Of one that is lost nobody knows whether its pod still runs.
      return terminal.notRolledBack(refused.get().failureOr(Reasons.REFUSED, "refused"));
    }
    return switch (job.verdict()) {
      case RolledBack, Untouched -> terminal.rolledBack(null, rollback.cause());
      case RollbackFailed, Refused -> terminal.rollbackFailed(job.result().failure());
      case Recorded -> terminal.recorded();
      case Unfinished, Applied ->
          terminal.rollbackFailed(
              new Failure(
                  Reasons.ROLLBACK_FAILED,
                  null,
                  lost
                      + "; the migration is still in the database, in whole or in part. Nothing"
                      + " touches it now: see why the Job ended, then raise spec.retry to roll back"
                      + " again"));
      case null, default -> readAgain(job, RollingBack);
    };
  }

  /// Rollback is wanted of a migration that this resource has not applied.
  private Decision<MigrationStanding> beforeRollback(JobView job) {
    return switch (job.verdict()) {
      case Untouched, RolledBack -> terminal.rolledBack("nothing was changed", null);
      case RollbackFailed, Refused -> terminal.rollbackFailed(job.result().failure());
      case Applied -> terminal.succeeded("was applied and verified before");
      case Recorded -> terminal.recorded();
      case Unfinished -> rollback.rollBack(Reasons.ROLLING_BACK, null);
      case null, default -> readAgain(job, Planning);
    };
  }

  /// A reading Job could not answer, for instance because the database was away: it rests and then
  /// runs again.
  Decision<MigrationStanding> readAgain(JobView job, MigrationPhase phase) {
    Failure failure = job.result() == null ? null : job.result().failure();
    String why = failure != null ? failure.message() : job.describeEnd();
    MigrationStanding standing =
        decisions.standing(
            phase,
            Reasons.RETRYING,
            "Job %s could not read the database and runs again every minute: %s"
                .formatted(job.name(), why),
            phase == RollingBack ? rollback.cause() : null);
    Instant due = job.ended().plus(REST);
    return view.now().isBefore(due)
        ? new Decision.Wait<>(standing, Duration.between(view.now(), due))
        : new Decision.ForgetJob<>(standing, job.name());
  }

  private String describeLoss(JobRole of) {
    if (of == JobRole.Plan && view.isRollbackWanted()) {
      return "reads the history: is there anything to undo?";
    }
    return view.job(of)
        .map(job -> "Job %s ended without a verdict (%s)".formatted(job.name(), job.describeEnd()))
        .orElse("Job %s is gone".formatted(view.jobName(of)));
  }
}
