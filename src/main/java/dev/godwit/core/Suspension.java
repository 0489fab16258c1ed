package dev.godwit.core;

import static dev.godwit.api.v1alpha1.MigrationPhase.BackingUp;
import static dev.godwit.api.v1alpha1.MigrationPhase.Pending;

import dev.godwit.api.v1alpha1.MigrationPhase;
import java.time.Duration;
import java.util.Optional;

/// What may be done while `spec.suspend` is true: nothing is started, and what runs is stopped so
/// that it can go on. What a Job said that has ended is heard, and a backup, which changes nothing
/// and has no checkpoint, runs to its end. Why so: `docs/decisions/0500-suspend-stops-jobs.md`.
final class Suspension {

  private static final String GO_ON = "set spec.suspend to false to go on";

  private final MigrationView view;
  private final MigrationDecisions decisions;

  Suspension(MigrationDecisions decisions) {
    this.view = decisions.view();
    this.decisions = decisions;
  }

  /// `wanted`, or what is done instead of it.
  Decision<MigrationStanding> permit(Decision<MigrationStanding> wanted) {
    return view.spec().suspendOrDefault() ? suspended(wanted) : resumed(wanted);
  }

  private Decision<MigrationStanding> resumed(Decision<MigrationStanding> wanted) {
    return job(JobView.State.Suspended)
        .filter(job -> wanted instanceof Decision.Wait)
        .filter(job -> !Quiescing.isHoldingBack(wanted.standing()))
        .<Decision<MigrationStanding>>map(
            job ->
                new Decision.SuspendJob<>(
                    wanted
                        .standing()
                        .withMessage(
                            Reasons.RESUMING,
                            "Job %s goes on where it stopped".formatted(job.name())),
                    job.name(),
                    false))
        .orElse(wanted);
  }

  private Decision<MigrationStanding> suspended(Decision<MigrationStanding> wanted) {
    return switch (wanted) {
      case Decision.StartJob<MigrationStanding> start -> withheld(start.standing());
      case Decision.TakeBackup<MigrationStanding> take -> withheld(take.standing());
      case Decision.Scale<MigrationStanding> scale ->
          scale.isDown() ? withheld(scale.standing()) : scale;
      case Decision.Wait<MigrationStanding> wait ->
          wait.standing().phase().isTerminal() && !isUnderWay(wait.standing())
              ? wait
              : stopped(wait.standing(), wait.recheck());
      default -> wanted;
    };
  }

  /// A terminal phase that a wanted rollback waits to leave.
  private boolean isUnderWay(MigrationStanding standing) {
    return standing.phase() == view.status().phase() && standing.reason().startsWith("WaitingFor");
  }

  /// What would be started is not: the migration stays where it was. Why one failed is not written
  /// over.
  private Decision<MigrationStanding> withheld(MigrationStanding wanted) {
    MigrationPhase remembered = view.remembered();
    MigrationPhase phase = remembered == null ? Pending : remembered;
    return phase == MigrationPhase.Failed
        ? decisions.stay()
        : stopped(
            decisions.standing(phase, Reasons.SUSPENDED, wanted.message(), wanted.failure()), null);
  }

  private Decision<MigrationStanding> stopped(MigrationStanding standing, Duration recheck) {
    Optional<JobView> runs = job(JobView.State.Active);
    if (runs.isPresent()) {
      return new Decision.SuspendJob<>(
          standing.withMessage(Reasons.SUSPENDED, stopping(runs.get())), runs.get().name(), true);
    }
    return new Decision.Wait<>(
        standing.withMessage(Reasons.SUSPENDED, message(standing.phase())), recheck);
  }

  private String message(MigrationPhase phase) {
    String down = new Quiesced(view).describe();
    return what(phase) + (down.isEmpty() ? "" : "; scaled to zero meanwhile: " + down);
  }

  private String what(MigrationPhase phase) {
    Optional<JobView> stopped = job(JobView.State.Suspended);
    if (stopped.isPresent()) {
      return stopped.get().running()
          ? stopping(stopped.get())
          : "suspended, Job %s is stopped; %s".formatted(stopped.get().name(), GO_ON);
    }
    return phase == BackingUp
        ? "suspended, starts nothing after the backup; " + GO_ON
        : "suspended, starts nothing; " + GO_ON;
  }

  private static String stopping(JobView job) {
    return "suspended, Job %s ends its batch and stops; %s".formatted(job.name(), GO_ON);
  }

  private Optional<JobView> job(JobView.State state) {
    return view.jobs().stream().filter(job -> job.state() == state).findFirst();
  }
}
