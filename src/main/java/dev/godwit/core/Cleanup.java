package dev.godwit.core;

import dev.godwit.api.v1alpha1.MigrationPhase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;

/// What happens when a migration or restore is deleted: its Jobs are stopped, its data stays as it
/// is.
///
/// @param isOver whether it may go
/// @param stop names of the Jobs to stop now
/// @param notes what happens
public record Cleanup(boolean isOver, List<String> stop, List<Note> notes) {

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
            "is being deleted: waits for Job %s to stop, at most until %s; the data stays as it is then"
                .formatted(names(view.jobs()), deadline.truncatedTo(ChronoUnit.SECONDS)),
            view.status().failure()),
        null);
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
    return decide(view.jobs(), view.now(), deadline);
  }

  /// The same for a restore: collections that are being renamed are all renamed before its Job
  /// stops.
  public static Cleanup decide(RestoreView view, Instant deadline) {
    return decide(view.jobs(), view.now(), deadline);
  }

  private static Cleanup decide(List<JobView> jobs, Instant now, Instant deadline) {
    List<JobView> left = jobs.stream().filter(job -> !job.isEnded()).toList();
    if (left.isEmpty()) {
      return new Cleanup(true, List.of(), List.of());
    }
    if (now.isAfter(deadline)) {
      return new Cleanup(true, List.of(), List.of(late(left)));
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
    return new Cleanup(false, stop, notes);
  }
}
