package dev.godwit.operator;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How Jobs are made. Each key is an environment variable too: `godwit.runner.image` is
/// `GODWIT_RUNNER_IMAGE`.
@ConfigMapping(prefix = "godwit.runner")
public interface RunnerConfig {

  /// Image of the Jobs: the operator's own.
  @WithDefault("godwit/godwit:0.1.0")
  String image();

  /// When the image is pulled: Always, IfNotPresent, Never.
  @WithDefault("IfNotPresent")
  String imagePullPolicy();

  /// The runner's command, a word an item. The arguments follow it. The cache makes a quick start
  /// and holds for these flags; what the JVM has to say of it stays out of the progress.
  @WithDefault(
      "java,-XX:AOTCache=/opt/godwit/runner.aot,-Xlog:disable,-Xlog:all=error:stderr,"
          + "-XX:+UseSerialGC,-XX:NewSize=64m,-XX:MaxNewSize=64m,-XX:SurvivorRatio=2,"
          + "-XX:MaxRAMPercentage=70,--enable-native-access=ALL-UNNAMED,-XX:+ExitOnOutOfMemoryError,"
          + "-cp,/opt/godwit/quarkus-run.jar,dev.godwit.cli.Godwit")
  List<String> command();

  /// How long a stopped pod may take to finish its batch.
  @WithDefault("150s")
  Duration terminationGrace();

  /// How long an ended Job stays once its result is in a status; one of whom the history can tell,
  /// at least an hour from its end.
  @WithDefault("1h")
  Duration jobTtl();

  /// How many resources may be at work at once, each with one Job; 0 for any number.
  @WithDefault("50")
  int maxConcurrentJobs();

  /// How often progress is read, and written, while a Job runs.
  @WithDefault("5s")
  Duration progressInterval();

  /// How long a deleted migration waits for its Jobs to stop.
  @WithDefault("10m")
  Duration deletionDeadline();

  /// User and group of the Jobs' pods, and the group of their volumes; 0 leaves all three to the
  /// platform, as OpenShift wants it.
  @WithDefault("10001")
  long user();

  /// ServiceAccount of the Jobs' pods, for a cloud's identity; empty for the namespace's default.
  /// Its Kubernetes token is not mounted in any case.
  Optional<String> serviceAccount();
}
