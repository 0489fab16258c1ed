package dev.godwit.operator;

import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/// What the reconcilers are made of.
@Singleton
class OperatorBeans {

  @Produces
  @Singleton
  @DefaultBean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  MigrationCount count(MeterRegistry registry) {
    return new MigrationCount(registry);
  }

  @Produces
  @Singleton
  LeaderElectionConfiguration leaderElection(LeaderConfig config) {
    return LeaderElection.configuration(config);
  }
}
