package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunnerBoundsTest {

  private record Durations(
      Duration progressInterval,
      Duration terminationGrace,
      Duration jobTtl,
      Duration deletionDeadline)
      implements RunnerConfig {

    @Override
    public String image() {
      return "image";
    }

    @Override
    public int maxConcurrentJobs() {
      return 50;
    }

    @Override
    public String imagePullPolicy() {
      return "Always";
    }

    @Override
    public List<String> command() {
      return List.of("java");
    }

    @Override
    public Optional<String> serviceAccount() {
      return Optional.empty();
    }

    @Override
    public long user() {
      return 0;
    }
  }

  @Test
  void theDefaultsAreWithin() {
    assertThatCode(
            () ->
                RunnerBounds.check(
                    new Durations(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(150),
                        Duration.ofHours(1),
                        Duration.ofMinutes(10))))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "PT0.5S, PT150S, PT1H, PT10M, GODWIT_RUNNER_PROGRESS_INTERVAL",
    "PT5S, PT0S, PT1H, PT10M, GODWIT_RUNNER_TERMINATION_GRACE",
    "PT5S, PT150S, P9999D, PT10M, GODWIT_RUNNER_JOB_TTL",
    "PT5S, PT150S, PT1H, PT1S, GODWIT_RUNNER_DELETION_DEADLINE"
  })
  void whatWouldHarmIsNamed(
      Duration progress, Duration grace, Duration ttl, Duration deadline, String named) {
    assertThatThrownBy(() -> RunnerBounds.check(new Durations(progress, grace, ttl, deadline)))
        .hasMessageContaining(named)
        .hasMessageContaining("must be between");
  }
}
