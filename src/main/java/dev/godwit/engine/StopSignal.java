package dev.godwit.engine;

import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Asks a run to stop after its present batch. Thread-safe; set once, by SIGTERM.
public final class StopSignal {

  private final CountDownLatch requested = new CountDownLatch(1);

  /// Asks for the stop.
  public void request() {
    requested.countDown();
  }

  /// Whether the run should stop.
  public boolean isRequested() {
    return requested.getCount() == 0;
  }

  /// @throws RunException with verdict `Interrupted` when a stop was requested
  public void check() {
    if (isRequested()) {
      throw new RunException(
          Verdict.Interrupted,
          new Failure(
              "Interrupted", null, "stopped on request; the next run resumes from the checkpoint"));
    }
  }

  /// Waits for `time`, or until a stop is requested.
  ///
  /// @throws RunException with verdict `Interrupted` when a stop was requested
  public void pause(Duration time) {
    try {
      if (time.isPositive()) {
        requested.await(time.toNanos(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      request();
    }
    check();
  }
}
