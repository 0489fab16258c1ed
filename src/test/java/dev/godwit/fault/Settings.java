package dev.godwit.fault;

import dev.godwit.operator.RunnerConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The operator's configuration in the fault suite: as by default, but quick.
///
/// @param image image of the Jobs
/// @param deletionDeadline how long a deleted migration waits for its Jobs
/// @param progressInterval how often progress is read and written
record Settings(String image, Duration deletionDeadline, Duration progressInterval)
    implements RunnerConfig {

  static final Settings DEFAULT =
      new Settings("godwit/godwit:0.1.0", Duration.ofMinutes(10), Duration.ofMillis(500));

  @Override
  public int maxConcurrentJobs() {
    return 50;
  }

  @Override
  public String imagePullPolicy() {
    return "IfNotPresent";
  }

  @Override
  public List<String> command() {
    return List.of("java", "-cp", "/opt/godwit/quarkus-run.jar", "dev.godwit.cli.Godwit");
  }

  @Override
  public Duration terminationGrace() {
    return Duration.ofSeconds(150);
  }

  @Override
  public Duration jobTtl() {
    return Duration.ofHours(1);
  }

  @Override
  public Optional<String> serviceAccount() {
    return Optional.empty();
  }

  @Override
  public long user() {
    return 10001;
  }
}
