package dev.godwit.core;

import dev.godwit.api.v1alpha1.Progress;
import java.time.Instant;

/// When a run last got on, as far as it was seen.
///
/// @param phase the phase it was in
/// @param progress the furthest that it was; null while it said nothing
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
    boolean moves = isAhead(progress, before.progress);
    return starts || moves
        ? new LastProgress(phase, moves ? progress : before.progress, before.ran || running, now)
        : before;
  }

  /// Whether a run got further than it ever was. A runner that waits for the database and begins
  /// the step again is where it was; rate and time left change by themselves. What a step says that
  /// cannot count is a sign of life.
  private static boolean isAhead(Progress now, Progress furthest) {
    if (now == null || now.stepIndex() == null) {
      return false;
    }
    return furthest == null
        || !now.stepIndex().equals(furthest.stepIndex())
        || isMore(now.documentsDone(), furthest.documentsDone())
        || isMore(now.percent(), furthest.percent())
        || now.message() != null && !now.message().equals(furthest.message());
  }

  private static boolean isMore(Number now, Number before) {
    return now != null && (before == null || now.longValue() > before.longValue());
  }
}
