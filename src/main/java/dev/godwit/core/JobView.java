package dev.godwit.core;

import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
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
/// @param manifest name of the ConfigMap with what it runs; null when that is in the Job itself
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
    boolean expires,
    String manifest) {

  /// How far a Job is.
  public enum State {
    /// It has not ended.
    Active,
    /// It was stopped because its migration is suspended; a pod may still end its batch.
    Suspended,
    /// It is being deleted; its pod may still run.
    Stopping,
    /// It ended, with or without a result.
    Ended
  }

  public boolean isEnded() {
    return state == State.Ended;
  }

  /// Whether it ended well.
  boolean isComplete() {
    return isEnded() && failure == null;
  }

  /// What the runner found; null when it said nothing.
  Verdict verdict() {
    return result == null ? null : result.verdict();
  }

  /// Whether its pod waits for a ConfigMap that somebody removed.
  public boolean isManifestMissing() {
    return obstacle != null && obstacle.reason().equals(Obstacle.MANIFEST_MISSING);
  }

  boolean isOutOfTime() {
    return failure != null && failure.startsWith("DeadlineExceeded");
  }

  /// What the runner says went wrong; with its result silent, `reason` and `otherwise`.
  Failure failureOr(String reason, String otherwise) {
    Failure said = result.failure();
    return said == null || said.message() == null
        ? new Failure(reason, said == null ? null : said.step(), otherwise)
        : new Failure(said.reason() == null ? reason : said.reason(), said.step(), said.message());
  }

  /// How it ended, when it ended without a verdict.
  String describeEnd() {
    if (result != null && result.failure() != null) {
      return result.failure().message();
    }
    return failure == null ? "no result" : failure;
  }

  /// What it is doing now; while it has not said so, `otherwise`.
  String doing(String otherwise) {
    if (state == State.Stopping) {
      return "the Job is being stopped";
    }
    if (state == State.Suspended) {
      return "the Job is suspended";
    }
    if (!running) {
      return "the Job's pod is starting";
    }
    return progress == null || progress.message() == null ? otherwise : progress.message();
  }
}
