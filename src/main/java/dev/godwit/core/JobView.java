package dev.godwit.core;

import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.RunResult;
import java.time.Instant;

/// A Job as it was observed.
///
/// @param name its name
/// @param acting whether it may change the database
/// @param state how far it is
/// @param running whether the container of a pod of it runs
/// @param created when it was created, on the API server's clock
/// @param ended when it ended, on the API server's clock; null while it has not
/// @param failure why Kubernetes ended it, e.g. `DeadlineExceeded: Job was active longer than …`
/// @param result the runner's result; null when there is none
/// @param progress the runner's latest line of progress; null when there is none
/// @param obstacle what keeps a pod from starting; null when nothing does
/// @param expires whether Kubernetes removes it some time after its end
public record JobView(
    String name,
    boolean acting,
    State state,
    boolean running,
    Instant created,
    Instant ended,
    String failure,
    RunResult result,
    RunProgress progress,
    Obstacle obstacle,
    boolean expires) {

  /// How far a Job is.
  public enum State {
    /// It has not ended.
    Active,
    /// It is being deleted; its pod may still run.
    Stopping,
    /// It ended, with or without a result.
    Ended
  }

  public boolean isEnded() {
    return state == State.Ended;
  }
}
