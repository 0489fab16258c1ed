package dev.godwit.engine;

import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;

/// Ends a run with a verdict. The message is for the person who is paged: what failed, where, what
/// to do next.
public final class RunException extends RuntimeException {

  private final transient Verdict verdict;
  private final transient Failure failure;
  private final transient Spot spot;

  public RunException(Verdict verdict, Failure failure) {
    this(verdict, failure, null);
  }

  public RunException(Verdict verdict, Failure failure, Throwable cause) {
    this(verdict, failure, null, cause);
  }

  private RunException(Verdict verdict, Failure failure, Spot spot, Throwable cause) {
    super(failure.message(), cause);
    this.verdict = verdict;
    this.failure = failure;
    this.spot = spot;
  }

  /// A refusal before anything was changed.
  ///
  /// @param reason a CamelCase word
  /// @param path the field at fault, e.g. `spec.steps[0].update.filter`, or null
  /// @param message what is wrong and what to do
  public static RunException refused(String reason, String path, String message) {
    return refused(reason, path == null ? null : Spot.of(path), message, null);
  }

  /// A refusal before anything was changed.
  ///
  /// @param spot what is at fault; null when nothing of the manifest is
  /// @param message what is wrong and what to do
  /// @param cause null for none
  public static RunException refused(String reason, Spot spot, String message, Throwable cause) {
    return new RunException(
        Verdict.Refused,
        new Failure(reason, null, spot == null ? message : spot.path() + ": " + message),
        spot,
        cause);
  }

  public Verdict verdict() {
    return verdict;
  }

  public Failure failure() {
    return failure;
  }

  /// What of the manifest is at fault; null when it is not known.
  public Spot spot() {
    return spot;
  }

  /// The message without the field's path.
  public String messageWithoutPath() {
    String prefix = spot == null ? "" : spot.path() + ": ";
    return failure.message().startsWith(prefix)
        ? failure.message().substring(prefix.length())
        : failure.message();
  }
}
