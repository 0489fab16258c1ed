package dev.godwit.core;

import java.util.function.Supplier;

/// Decides what happens next to a migration.
///
/// Jobs and backups that are there count more than the remembered phase: with the status lost, the
/// furthest Job tells where the migration is, and without Jobs the plan Job reads it from the
/// history. A Job that changes the database is only ever created when the API server holds a phase
/// in which the spec cannot be edited, so what runs is what the resource says.
public final class MigrationDecider {

  private final MigrationView view;
  private final MigrationDecisions decisions;
  private final PendingPhase pending;
  private final PlanningPhase planning;
  private final ApplyingPhase applying;
  private final RollingBackPhase rollingBack;
  private final RollbackStart rollback;
  private final TerminalPhases terminal;
  private final Baselining baselining;

  private MigrationDecider(MigrationView view) {
    this.view = view;
    this.decisions = new MigrationDecisions(view);
    this.pending = new PendingPhase(decisions);
    this.planning = new PlanningPhase(decisions);
    this.applying = new ApplyingPhase(decisions);
    this.rollingBack = new RollingBackPhase(decisions);
    this.rollback = new RollbackStart(decisions);
    this.terminal = new TerminalPhases(decisions);
    this.baselining = new Baselining(decisions);
  }

  /// The next act for what is seen; total: every view has one.
  public static Decision<MigrationStanding> decide(MigrationView view) {
    MigrationDecider decider = new MigrationDecider(view);
    Decision<MigrationStanding> wanted = new Quiescing(decider.decisions).permit(decider.decide());
    return new Suspension(decider.decisions).permit(wanted);
  }

  private Decision<MigrationStanding> decide() {
    return baselining.next().orElseGet(this::byPhase);
  }

  private Decision<MigrationStanding> byPhase() {
    return switch (view.remembered()) {
      case null -> byEvidence(pending::pending);
      case Pending -> view.isAttemptNew() ? pending.newAttempt() : pendingOrFound();
      case Planning -> byEvidence(planning::planning);
      case BackingUp -> byEvidence(planning::backingUp);
      case Applying, Verifying -> hasRollback() ? rollingBack.rollingBack() : applying.applying();
      case RollingBack -> rollingBack.rollingBack();
      case Succeeded ->
          view.isRollbackWanted() && view.takenAwayBy().isEmpty()
              ? rollback.wantedRollback()
              : terminal.staySucceeded();
      case Failed -> view.isRollbackWanted() ? rollback.rollBackFailed() : decisions.stay();
      case RolledBack -> terminal.stayRolledBack();
      case RollbackFailed -> decisions.stay();
    };
  }

  /// The furthest Job of this attempt decides; without one, `otherwise`.
  private Decision<MigrationStanding> byEvidence(Supplier<Decision<MigrationStanding>> otherwise) {
    if (hasRollback()) {
      return rollingBack.rollingBack();
    }
    return hasApply() ? applying.applying() : otherwise.get();
  }

  private Decision<MigrationStanding> pendingOrFound() {
    return hasRollback() || hasApply() ? pending.goOnWithJobs() : pending.pending();
  }

  private boolean hasRollback() {
    return view.job(JobRole.Rollback).isPresent();
  }

  private boolean hasApply() {
    return view.job(JobRole.Apply).isPresent();
  }
}
