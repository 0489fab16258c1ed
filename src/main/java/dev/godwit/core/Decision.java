package dev.godwit.core;

import java.time.Duration;
import java.util.List;

/// What to do next, and where the resource stands meanwhile. Nothing acts on a cluster but through
/// one of these.
///
/// @param <S> where the resource stands
public sealed interface Decision<S> {

  /// Where the resource stands when the act is done.
  S standing();

  /// Creates the Job with this role; does nothing when it exists.
  ///
  /// @param name name of the Job
  /// @param backup folder of the backup that the Job may restore or record; null when there is none
  record StartJob<S>(S standing, JobRole role, String name, String backup) implements Decision<S> {}

  /// Stops a Job that runs, gracefully: its pod finishes the batch.
  record StopJob<S>(S standing, String name) implements Decision<S> {}

  /// Stops a Job that runs, gracefully, so that it can go on later; or lets it go on.
  ///
  /// @param suspend whether to stop it
  record SuspendJob<S>(S standing, String name, boolean suspend) implements Decision<S> {}

  /// Removes a Job that has ended, so that it can run again.
  record ForgetJob<S>(S standing, String name) implements Decision<S> {}

  /// Creates a MongoBackup; does nothing when it exists.
  ///
  /// @param name name of the MongoBackup
  /// @param collections what is backed up; all collections when empty
  record TakeBackup<S>(S standing, String name, List<String> collections) implements Decision<S> {}

  /// Deletes MongoBackups; those that are gone are fine.
  record DeleteBackups<S>(S standing, List<String> names) implements Decision<S> {}

  /// Scales workloads, in this order.
  record Scale<S>(S standing, List<Scaling> scalings) implements Decision<S> {

    /// Whether it takes pods away.
    boolean isDown() {
      return scalings.stream().anyMatch(Scaling::isDown);
    }
  }

  /// Does nothing but say where the resource stands.
  ///
  /// @param recheck when to look again; null when a change will wake us
  record Wait<S>(S standing, Duration recheck) implements Decision<S> {}
}
