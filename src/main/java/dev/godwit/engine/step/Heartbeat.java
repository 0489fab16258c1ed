package dev.godwit.engine.step;

import dev.godwit.engine.step.StepContext.StepProgress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Says again and again that one long command of the server is still at work: it tells nothing of
/// how far it is, and silence would look like a run that hangs.
final class Heartbeat implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  /// @param what is done: `builds index 'email_1' of 'users'`
  Heartbeat(StepProgress progress, String what) {
    this(progress, what, INTERVAL);
  }

  Heartbeat(StepProgress progress, String what, Duration interval) {
    long start = System.nanoTime();
    this.thread =
        Thread.ofVirtual()
            .name("godwit-heartbeat")
            .start(
                () -> {
                  try {
                    while (!closed.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                      Duration since = Duration.ofNanos(System.nanoTime() - start);
                      progress.working(
                          "%s for %dm%ds"
                              .formatted(what, since.toMinutes(), since.toSecondsPart()));
                    }
                  } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                  }
                });
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
