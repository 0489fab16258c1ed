package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.core.Change;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StatusPaceTest {

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1000);
  private final StatusPace pace = new StatusPace(Duration.ofSeconds(5), now::get);

  @Test
  void newsAreWrittenAtOnce() {
    assertThat(pace.turn("a", Change.News)).isEqualTo(new StatusPace.Turn(true, null));
    assertThat(pace.turn("a", Change.News)).isEqualTo(new StatusPace.Turn(true, null));
  }

  @Test
  void nothingIsNotWritten() {
    assertThat(pace.turn("a", Change.None)).isEqualTo(new StatusPace.Turn(false, null));
  }

  @Test
  void progressRestsAfterWhatWasWritten() {
    pace.turn("a", Change.News);
    pass(Duration.ofSeconds(2));
    assertThat(pace.turn("a", Change.Progress))
        .isEqualTo(new StatusPace.Turn(false, Duration.ofSeconds(3)));
    assertThat(pace.turn("b", Change.Progress).writes()).as("of another").isTrue();
    pass(Duration.ofSeconds(3));
    assertThat(pace.turn("a", Change.Progress).writes()).isTrue();
    assertThat(pace.turn("a", Change.Progress).writes()).isFalse();
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
