package dev.godwit.operator;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;

/// Keeps the operator from starting with durations that would harm: a look at progress in no time
/// is a busy loop, a grace period of nothing kills a runner without its checkpoint, and an eternal
/// time to live is refused by the API server at each try.
@Singleton
class RunnerBounds {

  void check(@Observes StartupEvent started, RunnerConfig config) {
    check(config);
  }

  /// @throws IllegalStateException naming the variable and what is allowed
  static void check(RunnerConfig config) {
    between("PROGRESS_INTERVAL", config.progressInterval(), seconds(1), Duration.ofMinutes(10));
    between("TERMINATION_GRACE", config.terminationGrace(), seconds(30), Duration.ofDays(1));
    between("JOB_TTL", config.jobTtl(), Duration.ZERO, Duration.ofDays(365));
    between("DELETION_DEADLINE", config.deletionDeadline(), seconds(30), Duration.ofDays(1));
    if (config.maxConcurrentJobs() < 0) {
      throw new IllegalStateException(
          "GODWIT_RUNNER_MAX_CONCURRENT_JOBS is %d, but must be 0, for any number, or more"
              .formatted(config.maxConcurrentJobs()));
    }
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static void between(String name, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalStateException(
          "GODWIT_RUNNER_%s is %ds, but must be between %ds and %ds"
              .formatted(name, value.toSeconds(), least.toSeconds(), most.toSeconds()));
    }
  }
}
