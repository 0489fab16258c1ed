package dev.godwit.operator;

import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

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
  Defaults defaults(@ConfigProperty(name = "godwit.defaults-file") Optional<Path> file) {
    return file.map(DefaultsFile::read).orElse(Defaults.BUILT_IN);
  }

  @Produces
  @Singleton
  LeaderElectionConfiguration leaderElection(LeaderConfig config) {
    return LeaderElection.configuration(config);
  }
}
