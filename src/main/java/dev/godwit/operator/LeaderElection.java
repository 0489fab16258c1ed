package dev.godwit.operator;

import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;

/// Leader election with a process that ends when it loses the lease. JOSDK's builder leaves that
/// out, and an old leader would go on reconciling beside the new one.
final class LeaderElection {

  private static final boolean EXIT_WHEN_LOST = true;

  private LeaderElection() {}

  static LeaderElectionConfiguration configuration(LeaderConfig config) {
    return new LeaderElectionConfiguration(
        config.leaseName(),
        config.leaseNamespace().orElse(null),
        config.leaseDuration(),
        config.renewDeadline(),
        config.retryPeriod(),
        config.identity().orElse(null),
        null,
        EXIT_WHEN_LOST);
  }
}
