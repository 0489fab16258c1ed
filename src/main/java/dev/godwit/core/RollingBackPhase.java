package dev.godwit.core;

import static dev.godwit.api.v1alpha1.MigrationPhase.RollingBack;

import dev.godwit.api.v1alpha1.Failure;
import java.util.Optional;

/// Rolling back: the rollback Job is watched, and its verdict heard.
final class RollingBackPhase {

  private final MigrationView view;
  private final MigrationDecisions decisions;
  private final TerminalPhases terminal;
  private final RollbackStart start;
  private final HistoryReading history;

  RollingBackPhase(MigrationDecisions decisions) {
    this.view = decisions.view();
    this.decisions = decisions;
    this.terminal = new TerminalPhases(decisions);
    this.start = new RollbackStart(decisions);
    this.history = new HistoryReading(decisions);
  }

  Decision<MigrationStanding> rollingBack() {
    Failure failure = start.cause();
    Optional<JobView> seen = view.job(JobRole.Rollback);
    if (seen.isEmpty()) {
      // Remembered from before this attempt, or just decided and never started: then it starts now.
      boolean lost =
          view.remembered() == RollingBack
              && view.status().jobs() != null
              && view.jobName(JobRole.Rollback).equals(view.status().jobs().rollback());
      return lost ? history.readVerdict(JobRole.Rollback) : start.rollBack(start.reason(), failure);
    }
    JobView rollback = seen.get();
    if (!rollback.isEnded()) {
      return decisions.waitFor(
          rollback,
          JobRole.Rollback,
          decisions.standing(RollingBack, start.reason(), rollback.doing("rolls back"), failure));
    }
    return switch (rollback.verdict()) {
      case RolledBack -> terminal.rolledBack(null, failure);
      case RecordedAsRolledBack -> terminal.recordedAsRolledBack();
      case RollbackFailed -> terminal.rollbackFailed(rollback.result().failure());
      case null, default -> history.readVerdict(JobRole.Rollback);
    };
  }
}
