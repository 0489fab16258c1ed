package dev.godwit.core;

import dev.godwit.api.job.RunResult;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.RestorePhase;
import dev.godwit.api.v1alpha1.RestoredBackup;

/// Where a restore stands.
///
/// @param phase its phase
/// @param reason a CamelCase word for the conditions
/// @param message what it does or waits for, or how it ended
/// @param source the backup that is restored; null while none is chosen
/// @param result what the Job did; null unless it has just succeeded
/// @param failure why it failed
/// @param replaced what becomes of the collections that it replaced; null when nothing new is known
public record RestoreStanding(
    RestorePhase phase,
    String reason,
    String message,
    RestoredBackup source,
    RunResult result,
    Failure failure,
    ReplacedStanding replaced) {

  /// Where a restore stands that has nothing new to say of what it replaced.
  public RestoreStanding(
      RestorePhase phase,
      String reason,
      String message,
      RestoredBackup source,
      RunResult result,
      Failure failure) {
    this(phase, reason, message, source, result, failure, null);
  }

  RestoreStanding with(ReplacedStanding replaced) {
    return new RestoreStanding(phase, reason, message, source, result, failure, replaced);
  }
}
