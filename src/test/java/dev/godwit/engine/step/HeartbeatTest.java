package dev.godwit.engine.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.engine.step.StepContext.StepProgress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class HeartbeatTest {

  @Test
  void beatsUntilItIsClosed() {
    List<String> said = new CopyOnWriteArrayList<>();
    StepProgress progress =
        new StepProgress() {
          @Override
          public void report(long done, long total) {
            throw new AssertionError("it counts nothing");
          }

          @Override
          public void working(String what) {
            said.add(what);
          }
        };

    try (Heartbeat beat = new Heartbeat(progress, "builds index 'a_1'", Duration.ofMillis(5))) {
      await().until(() -> said.size() >= 3);
    }
    int size = said.size();

    assertThat(said).allMatch(it -> it.startsWith("builds index 'a_1' for 0m"));
    assertThat(said).as("closed means that nothing follows").hasSize(size);
  }
}
