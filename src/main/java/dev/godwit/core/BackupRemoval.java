package dev.godwit.core;

import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.DeletionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What happens when a MongoBackup is deleted. Its data are deleted first, if its policy says so;
/// when that cannot be done in time it goes and the data stay.
///
/// @param isOver whether the MongoBackup may go
/// @param decision what is done meanwhile; null when it is over
/// @param notes what happens
public record BackupRemoval(boolean isOver, Decision<BackupStanding> decision, List<Note> notes) {

  private static final Duration REST = Duration.ofSeconds(30);

  /// What is to be done for what is seen.
  ///
  /// @param deletion the Job that deletes the data
  /// @param deadline from when on the data are left
  public static BackupRemoval decide(
      BackupView view, DeletionPolicy policy, Optional<JobView> deletion, Instant deadline) {
    if (!view.users().isEmpty()) {
      return wait(
          view,
          Reasons.IN_USE,
          "stays as long as it is needed by " + String.join(", ", view.users()));
    }
    if (view.job().filter(job -> !job.isEnded()).isPresent()) {
      JobView job = view.job().get();
      BackupStanding standing =
          standing(Reasons.STOPPING, "waits for Job %s to stop".formatted(job.name()));
      return new BackupRemoval(
          view.now().isAfter(deadline),
          job.state() == JobView.State.Active
              ? new Decision.StopJob<>(standing, job.name())
              : new Decision.Wait<>(standing, null),
          List.of());
    }
    if (policy == DeletionPolicy.Retain || view.status().job() == null) {
      return over(List.of());
    }
    String name = Names.deleteJob(view.name(), view.uid());
    if (deletion.filter(job -> job.isEnded() && job.isComplete()).isPresent()) {
      return over(
          List.of(new Note(false, "DataDeleted", "deleted " + view.location(), 2, "deleted")));
    }
    if (view.now().isAfter(deadline)) {
      return left(view, "could not be deleted in time; see Job " + name);
    }
    return new BackupRemoval(false, delete(view, name, deletion), List.of());
  }

  private static Decision<BackupStanding> delete(
      BackupView view, String name, Optional<JobView> deletion) {
    BackupStanding standing =
        standing(Reasons.DELETING, "deletes '%s' in its storage".formatted(view.location()));
    if (deletion.isEmpty()) {
      return new Decision.StartJob<>(standing, JobRole.Delete, name, view.location());
    }
    JobView job = deletion.get();
    if (!job.isEnded()) {
      Obstacle obstacle = job.obstacle();
      return new Decision.Wait<>(
          obstacle == null ? standing : standing(obstacle.reason(), obstacle.message()), null);
    }
    BackupStanding again =
        standing(
            Reasons.RETRYING,
            "Job %s could not delete the data and runs again: %s"
                .formatted(name, job.describeEnd()));
    return view.now().isBefore(job.ended().plus(REST))
        ? new Decision.Wait<>(again, REST)
        : new Decision.ForgetJob<>(again, name);
  }

  /// The stored data stay, and people are told where.
  ///
  /// @param why as an end of a sentence
  public static BackupRemoval left(BackupView view, String why) {
    return over(
        List.of(
            new Note(
                true,
                Reasons.DATA_LEFT,
                "the data in '%s' %s; delete them by hand".formatted(view.location(), why),
                2,
                "left")));
  }

  private static BackupRemoval over(List<Note> notes) {
    return new BackupRemoval(true, null, notes);
  }

  private static BackupRemoval wait(BackupView view, String reason, String message) {
    return new BackupRemoval(
        false,
        new Decision.Wait<>(standing(reason, message), Recheck.POLL),
        List.of(new Note(false, "DeletionWaits", message, 0, "delete|" + view.users())));
  }

  private static BackupStanding standing(String reason, String message) {
    return new BackupStanding(BackupPhase.Deleting, reason, message, null, null);
  }
}
