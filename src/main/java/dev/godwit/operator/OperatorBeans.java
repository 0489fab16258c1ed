package dev.godwit.operator;

import dev.godwit.operator.metrics.GodwitMetrics;
import dev.godwit.operator.metrics.Leadership;
import dev.godwit.operator.metrics.ReconcileTimes;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.quarkus.arc.DefaultBean;
import io.quarkus.runtime.configuration.ConfigUtils;
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
  GodwitMetrics metrics(
      MeterRegistry registry,
      PrometheusMeterRegistry prometheus,
      Leadership leadership,
      @ConfigProperty(name = "quarkus.application.version") String version) {
    return new GodwitMetrics(registry, prometheus.getPrometheusRegistry(), leadership, version);
  }

  @Produces
  @Singleton
  Defaults defaults(@ConfigProperty(name = "godwit.defaults-file") Optional<Path> file) {
    return file.map(DefaultsFile::read).orElse(Defaults.BUILT_IN);
  }

  @Produces
  @Singleton
  JobSlots slots(RunnerConfig config, Clock clock) {
    return new JobSlots(config.maxConcurrentJobs(), clock);
  }

  @Produces
  @Singleton
  Metrics sdkMetrics(MeterRegistry registry) {
    return new ReconcileTimes(registry);
  }

  /// Only the profile prod elects a leader: see application.properties.
  @Produces
  @Singleton
  Leadership leadership() {
    return new Leadership(!ConfigUtils.isProfileActive("prod"));
  }

  @Produces
  @Singleton
  LeaderElectionConfiguration leaderElection(LeaderConfig config, Leadership leadership) {
    return LeaderElection.configuration(config, leadership);
  }
}
