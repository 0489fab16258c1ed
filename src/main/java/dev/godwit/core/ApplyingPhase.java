package dev.godwit.core;

import static dev.godwit.api.v1alpha1.MigrationPhase.Applying;
import static dev.godwit.api.v1alpha1.MigrationPhase.Verifying;

import dev.godwit.api.job.RunProgress;
import dev.godwit.api.v1alpha1.MigrationPhase;
import java.util.Optional;

/// Applying and verifying: the apply Job is started, watched, and its verdict heard.
final class ApplyingPhase {

  private final MigrationView view;
  private final MigrationDecisions decisions;
  private final TerminalPhases terminal;
  private final RollbackStart rollback;
  private final HistoryReading history;

  ApplyingPhase(MigrationDecisions decisions) {
    this.view = decisions.view();
    this.decisions = decisions;
    this.terminal = new TerminalPhases(decisions);
    this.rollback = new RollbackStart(decisions);
    this.history = new HistoryReading(decisions);
  }

  Decision<MigrationStanding> start(String message) {
    Optional<String> running = Order.touching(view);
    if (running.isPresent()) {
      return new Decision.Wait<>(
          decisions.at(
              view.remembered(),
              Reasons.WAITING_FOR_TARGET,
              "waits for %s, which runs on the same database".formatted(running.get())),
          Recheck.POLL);
    }
    return decisions.start(JobRole.Apply, decisions.at(Applying, Reasons.APPLYING, message));
  }

  Decision<MigrationStanding> applying() {
    Optional<JobView> seen = view.job(JobRole.Apply);
    if (seen.isEmpty()) {
      return view.isRollbackWanted()
          ? rollback.rollBack(Reasons.ROLLING_BACK, null)
          : history.readVerdict(JobRole.Apply);
    }
    JobView apply = seen.get();
    if (apply.state() == JobView.State.Stopping) {
      return new Decision.Wait<>(
          decisions.at(
              phaseOf(apply), Reasons.STOPPING, "the apply Job finishes its batch and stops"),
          null);
    }
    if (!apply.isEnded()) {
      return view.isRollbackWanted()
          ? new Decision.StopJob<>(
              decisions.at(
                  phaseOf(apply), Reasons.STOPPING, "stops the apply Job, then rolls back"),
              apply.name())
          : decisions.waitFor(
              apply,
              JobRole.Apply,
              decisions.at(
                  phaseOf(apply),
                  phaseOf(apply) == Verifying ? Reasons.VERIFYING : Reasons.APPLYING,
                  apply.doing("runs the steps")));
    }
    return switch (apply.verdict()) {
      case Applied -> terminal.succeeded(null);
      case Recorded -> terminal.recorded();
      case Refused -> terminal.refused(apply);
      case StepFailed ->
          rollback.afterFailure(
              Reasons.STEP_FAILED, apply.failureOr(Reasons.STEP_FAILED, "a step failed"));
      case VerificationFailed ->
          rollback.afterFailure(
              Reasons.VERIFICATION_FAILED,
              apply.failureOr(Reasons.VERIFICATION_FAILED, "the verification failed"));
      case FailedChangesStay ->
          rollback.changesStay(apply.failureOr(Reasons.CHANGES_STAY, "a step or check failed"));
      case null, default -> history.readVerdict(JobRole.Apply);
    };
  }

  private MigrationPhase phaseOf(JobView apply) {
    RunProgress progress = apply.progress();
    boolean verifying = progress != null && progress.activity() == RunProgress.Activity.Verifying;
    return verifying || view.remembered() == Verifying ? Verifying : Applying;
  }
}
