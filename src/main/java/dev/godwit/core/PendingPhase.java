package dev.godwit.core;

import static dev.godwit.api.v1alpha1.MigrationPhase.Pending;
import static dev.godwit.api.v1alpha1.MigrationPhase.Planning;

import java.util.Optional;

/// What happens before anything runs: a migration waits for its turn.
final class PendingPhase {

  private final MigrationView view;
  private final MigrationDecisions decisions;
  private final TerminalPhases terminal;
  private final PlanningPhase planning;

  PendingPhase(MigrationDecisions decisions) {
    this.view = decisions.view();
    this.decisions = decisions;
    this.terminal = new TerminalPhases(decisions);
    this.planning = new PlanningPhase(decisions);
  }

  /// Jobs that ended in an earlier run of the very same attempt (the spec was edited there and
  /// back) say nothing about this one.
  Decision<MigrationStanding> newAttempt() {
    return decisions
        .forgetEnded()
        .orElseGet(
            () ->
                new Decision.Wait<>(
                    decisions.at(Pending, Reasons.STARTING, "a new attempt begins"), Recheck.SOON));
  }

  /// Jobs that change the database are there, but the status does not fix the spec: first it does.
  Decision<MigrationStanding> goOnWithJobs() {
    return new Decision.Wait<>(
        decisions.at(Planning, Reasons.PLANNING, "goes on with the Jobs that are there"),
        Recheck.SOON);
  }

  Decision<MigrationStanding> pending() {
    Optional<JobView> stranger = actingStranger();
    if (stranger.isPresent()) {
      return new Decision.Wait<>(
          decisions.at(
              Pending,
              Reasons.WAITING_FOR_OLD_JOB,
              "waits for the end of Job %s of an earlier attempt".formatted(stranger.get().name())),
          Recheck.POLL);
    }
    if (!view.isRollbackWanted()) {
      Optional<Neighbour> twin = Order.elderTwin(view);
      if (twin.isPresent()) {
        return terminal.failed(
            Reasons.DUPLICATE_VERSION,
            ("version %s is taken by %s on the same database; nothing was changed. Give this"
                    + " migration another version")
                .formatted(view.spec().version(), twin.get().name()));
      }
      Optional<Neighbour> predecessor = Order.blockingPredecessor(view);
      if (predecessor.isPresent()) {
        return waiting(Reasons.WAITING_FOR_PREDECESSOR, waitsFor(predecessor.get()));
      }
      Dependencies dependencies = new Dependencies(view);
      Optional<String> cycle = dependencies.cycle();
      if (cycle.isPresent()) {
        return waiting(Reasons.DEPENDENCY_CYCLE, cycle.get());
      }
      Optional<String> unmet = dependencies.unmet();
      if (unmet.isPresent()) {
        return waiting(Reasons.WAITING_FOR_DEPENDENCY, unmet.get());
      }
    }
    if (view.isStorageMissing() && !view.isRollbackWanted() && !view.isBaselineWanted()) {
      return terminal.storageMissing();
    }
    Optional<String> running = Order.running(view);
    if (running.isPresent()) {
      return waiting(
          Reasons.WAITING_FOR_TARGET,
          "waits for %s, which runs on the same database".formatted(running.get()));
    }
    if (view.isBaselineWanted()) {
      return new Baselining(decisions).plan();
    }
    return view.isRollbackWanted()
        ? planning.start()
        : planning.unapproved().orElseGet(planning::start);
  }

  private Decision<MigrationStanding> waiting(String reason, String message) {
    return new Decision.Wait<>(decisions.at(Pending, reason, message), null);
  }

  private static String waitsFor(Neighbour predecessor) {
    return predecessor.hasFailed()
        ? "waits for %s, which comes first and will not succeed by itself: its MESSAGE says what to do"
            .formatted(predecessor.describe())
        : "waits for %s, which comes first".formatted(predecessor.describe());
  }

  private Optional<JobView> actingStranger() {
    return view.jobs().stream().filter(job -> job.acting() && !job.isEnded()).findFirst();
  }
}
