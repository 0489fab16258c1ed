package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ShutdownTest {

  @Test
  @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
  void aQuestionDoesNotKeepTheProcessFromEnding() {
    Shutdown shutdown = new Shutdown();
    shutdown.signal();

    String answer =
        shutdown.whileAsking(
            () -> {
              shutdown.stopAndWait();
              return "ended";
            });

    assertThat(answer).isEqualTo("ended");
    assertThat(shutdown.signal().isRequested()).isFalse();
  }
}
