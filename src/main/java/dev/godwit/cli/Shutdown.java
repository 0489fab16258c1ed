package dev.godwit.cli;

import dev.godwit.api.job.ExitCode;
import dev.godwit.engine.StopSignal;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntSupplier;

/// Lets a run end its batch when the process is told to stop (Ctrl-C, SIGTERM): the process ends
/// with the run's own exit code. Commands that ask for no [#signal] are ended at once.
final class Shutdown {

  private final StopSignal stop = new StopSignal();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean asked;
  private volatile int exitCode = ExitCode.UNEXPECTED;

  /// The signal of this process; who has it looks at it.
  StopSignal signal() {
    asked = true;
    return stop;
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

  private void stopAndWait() {
    if (!asked) {
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
