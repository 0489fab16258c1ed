package dev.godwit.operator;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The operator's configuration in tests: as by default, but quick.
///
/// @param image image of the Jobs
/// @param deletionDeadline how long a deleted migration waits for its Jobs
/// @param user whom the Jobs run as
/// @param maxConcurrentJobs how many may be at work
record TestConfig(String image, Duration deletionDeadline, long user, int maxConcurrentJobs)
    implements RunnerConfig {

  static final TestConfig DEFAULT = new TestConfig("godwit/godwit:0.1.0", Duration.ofMinutes(10));

  TestConfig(String image, Duration deletionDeadline) {
    this(image, deletionDeadline, 10001, 50);
  }

  TestConfig withUser(long user) {
    return new TestConfig(image, deletionDeadline, user, maxConcurrentJobs);
  }

  TestConfig withJobs(int most) {
    return new TestConfig(image, deletionDeadline, user, most);
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
  public Optional<String> serviceAccount() {
    return Optional.empty();
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
  public Duration progressInterval() {
    return Duration.ofMillis(500);
  }
}
