package dev.godwit.core;

import static dev.godwit.api.v1alpha1.MigrationPhase.Failed;
import static dev.godwit.api.v1alpha1.MigrationPhase.RollingBack;
import static dev.godwit.api.v1alpha1.MigrationPhase.Succeeded;

import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.DesiredState;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.OnFailure;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Whether a rollback begins, and why.
final class RollbackStart {

  private final MigrationView view;
  private final MigrationDecisions decisions;
  private final TerminalPhases terminal;

  RollbackStart(MigrationDecisions decisions) {
    this.view = decisions.view();
    this.decisions = decisions;
    this.terminal = new TerminalPhases(decisions);
  }

  Decision<MigrationStanding> wantedRollback() {
    if (decisions.isNotRolledBack()) {
      return decisions.stay();
    }
    if (decisions.isRecorded()) {
      return terminal.notRolledBack(
          new Failure(
              "Baselined",
              null,
              "Godwit did not run it, it is only recorded as applied, so there is nothing to take back. Restore a backup, or write a new migration that changes the data back"));
    }
    List<Neighbour> successors = Order.successorsInDatabase(view);
    if (!successors.isEmpty()) {
      return new Decision.Wait<>(
          decisions.at(
              Succeeded,
              Reasons.WAITING_FOR_SUCCESSOR,
              successors.stream().allMatch(it -> it.desired() == DesiredState.RolledBack)
                  ? "waits until %s, applied after it, is rolled back".formatted(names(successors))
                  : "cannot be rolled back while %s is applied after it; set desiredState to RolledBack there, too: the latest goes first"
                      .formatted(names(successors))),
          null);
    }
    Optional<String> running = Order.running(view);
    if (running.isPresent()) {
      return new Decision.Wait<>(
          decisions.at(
              Succeeded,
              Reasons.WAITING_FOR_TARGET,
              "waits for %s, which runs on the same database".formatted(running.get())),
          null);
    }
    return decisions
        .forget(this::isOfAnEarlierTry)
        .orElseGet(() -> rollBack(Reasons.ROLLING_BACK, null));
  }

  /// Jobs of a rollback that was wanted before, and refused, say nothing about this one.
  private boolean isOfAnEarlierTry(JobRole role, JobView job) {
    return role == JobRole.VerdictAfterRollback
        || role == JobRole.Rollback && job.verdict() == Verdict.Refused;
  }

  private static String names(List<Neighbour> successors) {
    return successors.stream().map(Neighbour::describe).collect(Collectors.joining(", "));
  }

  Decision<MigrationStanding> rollBackFailed() {
    Optional<String> applied = Conditions.reason(view.status().conditions(), Conditions.APPLIED);
    return applied.filter(Reasons.NOTHING_CHANGED::equals).isPresent()
        ? terminal.rolledBack("nothing was changed, so there is nothing to take back", null)
        : rollBack(Reasons.ROLLING_BACK, null);
  }

  /// A step or the verification failed, or the run was lost half-way.
  Decision<MigrationStanding> afterFailure(String reason, Failure failure) {
    boolean stay =
        !view.isRollbackWanted()
            && view.spec().rollbackOrDefault().onFailureOrDefault() == OnFailure.None;
    return stay ? changesStay(failure) : rollBack(reason, failure);
  }

  Decision<MigrationStanding> changesStay(Failure failure) {
    return view.isRollbackWanted()
        ? rollBack(Reasons.ROLLING_BACK, failure)
        : decisions.end(
            Failed,
            Reasons.CHANGES_STAY,
            new Failure(
                failure.reason(),
                failure.step(),
                failure.message()
                    + " The changes stay, as rollback.onFailure is None: set desiredState to"
                    + " RolledBack to take them back, or repair the data and raise spec.retry."));
  }

  Decision<MigrationStanding> rollBack(String reason, Failure failure) {
    return decisions.start(
        JobRole.Rollback,
        decisions.standing(
            RollingBack,
            reason,
            failure == null ? "takes the migration back" : "rolls back: " + failure.message(),
            failure));
  }

  /// Why it is rolled back: what the apply Job says, or what was remembered.
  Failure cause() {
    Optional<JobView> apply = view.job(JobRole.Apply).filter(JobView::isEnded);
    Failure said = apply.map(JobView::result).map(RunResult::failure).orElse(null);
    return said != null || view.isAttemptNew() ? said : view.status().failure();
  }

  String reason() {
    Verdict verdict = view.job(JobRole.Apply).map(JobView::verdict).orElse(null);
    return switch (verdict) {
      case StepFailed -> Reasons.STEP_FAILED;
      case VerificationFailed -> Reasons.VERIFICATION_FAILED;
      case null, default -> Reasons.ROLLING_BACK;
    };
  }
}
