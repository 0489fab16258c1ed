package dev.godwit.core;

import java.time.Instant;
import java.util.List;

/// What happens when a migration is deleted: its Jobs are stopped, its data stays as it is.
///
/// @param isOver whether the migration may go
/// @param stop names of the Jobs to stop now
/// @param notes what happens
public record Cleanup(boolean isOver, List<String> stop, List<Note> notes) {

  /// Waits until no Job runs any more, but not longer than until `deadline`.
  public static Cleanup decide(MigrationView view, Instant deadline) {
    List<JobView> left = view.jobs().stream().filter(job -> !job.isEnded()).toList();
    if (left.isEmpty() || view.now().isAfter(deadline)) {
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
