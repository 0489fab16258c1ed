package dev.godwit.engine.backup;

import com.mongodb.MongoException;
import dev.godwit.engine.StopSignal;
import java.io.IOException;
import java.time.Duration;

/// Tries again while the server is away for a short time.
final class Retries {

  private static final int ATTEMPTS = 4;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  /// Something that can be repeated.
  @FunctionalInterface
  interface Act {
    /// @param again whether it was tried before, and nobody knows how far it came
    void run(boolean again) throws IOException;
  }

  private Retries() {}

  static void run(StopSignal stop, Act act) throws IOException {
    Duration pause = FIRST_PAUSE;
    for (int attempt = 1; ; attempt++) {
      try {
        act.run(attempt > 1);
        return;
      } catch (MongoException failed) {
        if (!BackupFailure.isTransient(failed) || attempt == ATTEMPTS) {
          throw failed;
        }
        stop.pause(pause);
        pause = pause.multipliedBy(2);
      }
    }
  }
}
