package dev.godwit.cli;

import dev.godwit.api.job.ExitCode;
import dev.godwit.engine.StopSignal;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/// Lets a run end its batch when the process is told to stop (Ctrl-C, SIGTERM): the process ends
/// with the run's own exit code. Commands that ask for no [#signal] are ended at once.
final class Shutdown {

  private final StopSignal stop = new StopSignal();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean asked;
  private volatile boolean asking;
  private volatile int exitCode = ExitCode.UNEXPECTED;

  /// The signal of this process; who has it looks at it.
  StopSignal signal() {
    asked = true;
    return stop;
  }

  /// Waits for a person's answer: nothing is begun yet, so the process may end at once.
  <T> T whileAsking(Supplier<T> question) {
    asking = true;
    try {
      return question.get();
    } finally {
      asking = false;
    }
  }

  /// Runs `command` so that the end of the process waits for it.
  int guard(IntSupplier command) {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndWait, "godwit-stop"));
    try {
      exitCode = command.getAsInt();
      return exitCode;
    } finally {
      ended.countDown();
    }
  }

  /// What the end of the process does first.
  void stopAndWait() {
    if (!asked || asking) {
      return;
    }
    stop.request();
    try {
      ended.await();
      System.out.flush();
      Runtime.getRuntime().halt(exitCode);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
