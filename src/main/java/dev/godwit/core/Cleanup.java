package dev.godwit.core;

import java.time.Instant;
import java.util.List;

/// What happens when a migration or restore is deleted: its Jobs are stopped, its data stays as it
/// is.
///
/// @param isOver whether it may go
/// @param stop names of the Jobs to stop now
/// @param notes what happens
public record Cleanup(boolean isOver, List<String> stop, List<Note> notes) {

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
    if (left.isEmpty() || now.isAfter(deadline)) {
      return new Cleanup(true, List.of(), List.of());
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
            .filter(job -> job.state() == JobView.State.Active)
            .map(JobView::name)
            .toList();
    return new Cleanup(false, stop, notes);
  }
}
