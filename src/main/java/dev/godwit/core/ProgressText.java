package dev.godwit.core;

import dev.godwit.api.job.RunProgress;
import dev.godwit.api.v1alpha1.Progress;
import java.time.Duration;

/// Progress as people read it.
final class ProgressText {

  private ProgressText() {}

  /// A runner's line as status.
  static Progress of(RunProgress line, int steps) {
    Integer all = line.steps() == null ? steps : line.steps();
    return new Progress(
        line.step(),
        line.stepIndex(),
        all,
        position(line.stepIndex() == null ? 0 : line.stepIndex(), all),
        line.documentsDone(),
        line.documentsTotal(),
        line.percent(),
        line.percent() == null ? null : line.percent() + "%",
        line.rate(),
        line.etaSeconds() == null ? null : duration(Duration.ofSeconds(line.etaSeconds())),
        line.bytesRate(),
        line.stepIndex() == null ? null : line.message());
  }

  /// Nothing is done, or nothing is left of what was done.
  static Progress none(int steps) {
    return whole(0, steps, 0);
  }

  /// Everything is done.
  static Progress all(int steps) {
    return whole(steps, steps, 100);
  }

  private static Progress whole(int step, int steps, int percent) {
    return new Progress(
        null,
        step,
        steps,
        position(step, steps),
        null,
        null,
        percent,
        percent + "%",
        null,
        null,
        null);
  }

  private static String position(int step, int steps) {
    return step + "/" + steps;
  }

  /// A Go duration string of whole seconds: `1h2m3s`.
  static String duration(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    StringBuilder text = new StringBuilder();
    if (seconds >= 3600) {
      text.append(seconds / 3600).append('h');
    }
    if (seconds >= 60) {
      text.append(seconds % 3600 / 60).append('m');
    }
    return text.append(seconds % 60).append('s').toString();
  }
}
