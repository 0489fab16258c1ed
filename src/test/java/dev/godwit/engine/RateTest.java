package dev.godwit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateTest {

  private long seconds;
  private long done = 500;
  private final Rate rate = new Rate(0, done);

  @Test
  void nothingIsSaidBeforeASecondIsSeen() {
    rate.at(Duration.ofMillis(900).toNanos(), 10_000);

    assertThat(rate.perSecond()).isNull();
    assertThat(rate.secondsFor(1000)).isNull();
  }

  @Test
  void whatAnEarlierRunDidDoesNotCount() {
    goOn(10, 100);

    assertThat(rate.perSecond()).isEqualTo(100);
    assertThat(rate.secondsFor(1001)).isEqualTo(11);
  }

  @Test
  void aSlowerServerIsFollowed() {
    goOn(600, 1000);
    goOn(2, 100);
    assertThat(rate.perSecond()).as("one look is not the whole truth").isBetween(850L, 990L);

    goOn(100, 100);
    assertThat(rate.perSecond()).as("the past is forgotten").isBetween(100L, 110L);
  }

  @Test
  void looksInQuickSuccessionAreTakenTogether() {
    goOn(100, 1000);
    for (int i = 1; i <= 9; i++) {
      rate.at(Duration.ofSeconds(seconds).plusMillis(i).toNanos(), done + i * 100);
    }

    assertThat(rate.perSecond()).isEqualTo(1000);
  }

  @Test
  void aStandstillHasNoTimeLeft() {
    goOn(5, 0);

    assertThat(rate.perSecond()).isZero();
    assertThat(rate.secondsFor(10)).isNull();
  }

  private void goOn(int howLong, int perSecond) {
    for (int i = 0; i < howLong; i++) {
      seconds++;
      done += perSecond;
      rate.at(Duration.ofSeconds(seconds).toNanos(), done);
    }
  }
}
