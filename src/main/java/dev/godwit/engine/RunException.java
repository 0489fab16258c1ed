package dev.godwit.engine;

import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;

/// Ends a run with a verdict. The message is for the person who is paged: what failed, where, what
/// to do next.
public final class RunException extends RuntimeException {

  private final transient Verdict verdict;
  private final transient Failure failure;

  public RunException(Verdict verdict, Failure failure) {
    this(verdict, failure, null);
  }

  public RunException(Verdict verdict, Failure failure, Throwable cause) {
    super(failure.message(), cause);
    this.verdict = verdict;
    this.failure = failure;
  }

  /// A refusal before anything was changed.
  ///
  /// @param reason a CamelCase word
  /// @param path the field at fault, e.g. `spec.steps[0].update.filter`, or null
  /// @param message what is wrong and what to do
  public static RunException refused(String reason, String path, String message) {
    return new RunException(
        Verdict.Refused, new Failure(reason, null, path == null ? message : path + ": " + message));
  }

  public Verdict verdict() {
    return verdict;
  }

  public Failure failure() {
    return failure;
  }
}
