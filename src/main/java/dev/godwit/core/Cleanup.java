package dev.godwit.core;

import dev.godwit.api.v1alpha1.MigrationPhase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What happens when a migration or restore is deleted: its Jobs are stopped, its data stays as it
/// is.
///
/// @param isOver whether it may go
/// @param stop names of the Jobs to stop now
/// @param notes what happens
/// @param giveBack what gives workloads back before it goes
/// @param isLate whether its deadline is over, so that nothing may keep it any more
public record Cleanup(
    boolean isOver, List<String> stop, List<Note> notes, List<Scaling> giveBack, boolean isLate) {

  /// Where a migration stands that is being deleted and may not go yet: its conditions say what it
  /// waits for, and until when at most.
  public static Decision<MigrationStanding> waiting(MigrationView view, Instant deadline) {
    MigrationDecisions decisions = new MigrationDecisions(view);
    MigrationPhase phase = view.status().phase();
    if (phase != null && phase.isTerminal()) {
      return decisions.stay();
    }
    return new Decision.Wait<>(
        decisions.standing(
            phase == null ? MigrationPhase.Pending : phase,
            Reasons.DELETING,
            "is being deleted: waits for %s, at most until %s; the data stays as it is then"
                .formatted(cause(view), deadline.truncatedTo(ChronoUnit.SECONDS)),
            view.status().failure()),
        null);
  }

  private static String cause(MigrationView view) {
    String jobs = names(view.jobs());
    return jobs.isEmpty()
        ? "the right to scale %s back".formatted(forbidden(view))
        : "Job %s to stop".formatted(jobs);
  }

  private static String forbidden(MigrationView view) {
    return new Quiesced(view)
        .held().stream()
            .filter(it -> it.state() == Workload.State.Forbidden)
            .map(it -> it.id().describe())
            .collect(Collectors.joining(", "));
  }

  /// Workloads stay at zero, because the API server refuses to scale them and the deadline is over.
  public static Note leftDown(MigrationView view, String why) {
    return new Note(
        true,
        "WorkloadsLeftDown",
        "could not be scaled back: %s; scale it by hand: %s"
            .formatted(new Quiesced(view).describe(), why),
        2,
        "delete|workloads");
  }

  private static String names(List<JobView> jobs) {
    return jobs.stream()
        .filter(job -> !job.isEnded())
        .map(JobView::name)
        .collect(Collectors.joining(", "));
  }

  private static Note late(List<JobView> left) {
    return new Note(
        true,
        "DeletionTimedOut",
        "Job %s did not stop in time and is left to Kubernetes; see whether its pod still runs"
            .formatted(names(left)),
        1,
        "delete|late");
  }

  /// Waits until no Job runs any more, but not longer than until `deadline`.
  public static Cleanup decide(MigrationView view, Instant deadline) {
    Cleanup jobs = decide(view.jobs(), view.now(), deadline);
    if (!jobs.isOver) {
      return jobs;
    }
    List<Note> notes = new ArrayList<>(jobs.notes);
    String forbidden = forbidden(view);
    boolean late = view.now().isAfter(deadline);
    if (!forbidden.isEmpty()) {
      if (!late) {
        return new Cleanup(false, List.of(), notes, List.of(), false);
      }
      notes.add(leftDown(view, "the operator has no right to"));
    }
    return new Cleanup(true, List.of(), notes, new Quiesced(view).giveBack(), late);
  }

  /// The same for a restore: collections that are being renamed are all renamed before its Job
  /// stops.
  public static Cleanup decide(RestoreView view, Instant deadline) {
    return decide(view.jobs(), view.now(), deadline);
  }

  private static Cleanup decide(List<JobView> jobs, Instant now, Instant deadline) {
    List<JobView> left = jobs.stream().filter(job -> !job.isEnded()).toList();
    if (left.isEmpty()) {
      return new Cleanup(true, List.of(), List.of(), List.of(), false);
    }
    if (now.isAfter(deadline)) {
      return new Cleanup(true, List.of(), List.of(late(left)), List.of(), true);
    }
    List<Note> notes =
        left.stream()
            .map(
                job ->
                    new Note(
                        false,
                        "DeletionWaits",
                        "waits for Job %s to stop; the data stays as it is then"
                            .formatted(job.name()),
                        0,
                        "delete|" + job.name()))
            .toList();
    List<String> stop =
        left.stream()
            .filter(job -> job.state() != JobView.State.Stopping)
            .map(JobView::name)
            .toList();
    return new Cleanup(false, stop, notes, List.of(), false);
  }
}
