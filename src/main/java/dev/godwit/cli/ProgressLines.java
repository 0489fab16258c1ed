package dev.godwit.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.api.job.RunProgress;
import dev.godwit.engine.ProgressSink;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/// Prints progress as JSON lines: at most one a second, and one at each change of activity or step.
final class ProgressLines implements ProgressSink {

  private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

  private final ObjectMapper mapper = new ObjectMapper();
  private final Consumer<String> out;
  private RunProgress last;
  private long lastNanos;

  /// @param out takes a line
  ProgressLines(Consumer<String> out) {
    this.out = out;
  }

  @Override
  public synchronized void report(RunProgress progress) {
    long now = System.nanoTime();
    if (last != null && isSamePlace(last, progress) && now - lastNanos < INTERVAL_NANOS) {
      return;
    }
    last = progress;
    lastNanos = now;
    try {
      out.accept(mapper.writeValueAsString(progress));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static boolean isSamePlace(RunProgress one, RunProgress other) {
    return one.activity() == other.activity() && Objects.equals(one.step(), other.step());
  }
}
