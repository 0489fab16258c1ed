package dev.godwit.core;

import dev.godwit.api.v1alpha1.Progress;
import java.time.Instant;

/// When a run last got on, as far as it was seen.
///
/// @param phase the phase it was in
/// @param progress how far it was; may be null
/// @param ran whether a runner was seen to run in this phase
/// @param at when it got here, or when the runner was first seen to run
public record LastProgress(Enum<?> phase, Progress progress, boolean ran, Instant at) {

  /// What is known after another look.
  ///
  /// @param before what was known; null at first
  /// @param running whether a runner runs
  public static LastProgress next(
      LastProgress before, Enum<?> phase, Progress progress, boolean running, Instant now) {
    if (before == null || before.phase != phase) {
      return new LastProgress(phase, progress, running, now);
    }
    boolean starts = running && !before.ran;
    return starts || !isSamePlace(before.progress, progress)
        ? new LastProgress(phase, progress, before.ran || running, now)
        : before;
  }

  /// Rate and time left change by themselves; they are no progress.
  private static boolean isSamePlace(Progress one, Progress other) {
    return place(one).equals(place(other));
  }

  private static String place(Progress progress) {
    return progress == null
        ? ""
        : "%s|%s|%s|%s"
            .formatted(
                progress.step(),
                progress.stepIndex(),
                progress.documentsDone(),
                progress.percent());
  }
}
