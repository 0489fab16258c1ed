package dev.godwit.operator;

import dev.godwit.operator.metrics.Leadership;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import java.time.Duration;

/// Leader election with a process that ends when it loses the lease; an old leader would go on
/// reconciling beside the new one. JOSDK's own exit hangs: see
/// `docs/decisions/0103-a-lost-lease-ends-the-process.md`.
final class LeaderElection {

  private static final boolean EXIT_BY_JOSDK = false;
  private static final int EXIT_CODE = 1;
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private LeaderElection() {}

  static LeaderElectionConfiguration configuration(LeaderConfig config, Leadership leadership) {
    return new LeaderElectionConfiguration(
        config.leaseName(),
        config.leaseNamespace().orElse(null),
        config.leaseDuration(),
        config.renewDeadline(),
        config.retryPeriod(),
        config.identity().orElse(null),
        new LeaderCallbacks(leadership::begin, () -> lost(leadership), leader -> {}),
        EXIT_BY_JOSDK);
  }

  private static void lost(Leadership leadership) {
    leadership.end();
    end();
  }

  /// Ends the process from another thread: the one that calls holds a lock that shutting down
  /// needs. While the process is ending anyway this changes nothing.
  private static void end() {
    Thread.ofPlatform().daemon().name("lease-lost-halt").start(LeaderElection::halt);
    Thread.ofPlatform().daemon().name("lease-lost").start(() -> System.exit(EXIT_CODE));
  }

  /// What cannot be shut down in time is cut off: two leaders are worse.
  private static void halt() {
    try {
      Thread.sleep(PATIENCE);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(EXIT_CODE);
  }
}
