package dev.godwit.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackupPaceTest {

  private static final long MIB = 1 << 20;

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // bytes, seconds, wanted; then the estimate
        "100, 60, 100, 1m0s",
        "100, 60, 50, 30s",
        "100, 60, 1000, 10m0s",
        "100, 60, 1020, -",
        "100, 3600, 400, 4h0m0s",
        "0, 60, 0, -",
        "100, 9, 100, -",
        "100, 9, 110, 10s",
        "100, 60, 1, -",
      })
  void tellsWhatAnotherMayTake(long bytes, long seconds, long wanted, String estimate) {
    BackupPace pace = new BackupPace("nightly", bytes * MIB, Duration.ofSeconds(seconds));
    assertThat(pace.describe(wanted * MIB).map(text -> text.replaceAll("about |, as .*", "")))
        .isEqualTo(Optional.ofNullable(estimate));
  }
}
