package dev.godwit.operator;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/// Which of several operators works.
@ConfigMapping(prefix = "godwit.leader-election")
public interface LeaderConfig {

  /// Name of the Lease.
  @WithDefault("godwit-operator")
  String leaseName();

  /// Namespace of the Lease: the operator's own.
  Optional<String> leaseNamespace();

  /// Name of this operator: its pod's.
  Optional<String> identity();

  /// How long a leader that is silent stays one.
  @WithDefault("15s")
  Duration leaseDuration();

  /// How long a leader tries to renew before it gives up.
  @WithDefault("10s")
  Duration renewDeadline();

  /// How long it waits between two tries.
  @WithDefault("2s")
  Duration retryPeriod();
}
