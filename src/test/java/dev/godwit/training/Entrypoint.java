package dev.godwit.training;

import java.util.ArrayList;
import java.util.List;

/// The two ways to start the image. A cache holds only for the flags with which it was trained, so
/// that `Dockerfile`, chart and `RunnerConfig` must say the same; `ImageFlagsTest` compares them.
enum Entrypoint {
  OPERATOR(
      "operator.aot",
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "-XX:TieredStopAtLevel=1",
          "-XX:MaxRAMPercentage=35",
          "-XX:MaxNewSize=32m",
          "-XX:MinHeapFreeRatio=10",
          "-XX:MaxHeapFreeRatio=25"),
      List.of("-jar", Entrypoint.JAR)),
  RUNNER(
      "runner.aot",
      List.of(
          "-XX:+UseSerialGC",
          "-XX:NewSize=64m",
          "-XX:MaxNewSize=64m",
          "-XX:SurvivorRatio=2",
          "-XX:MaxRAMPercentage=70",
          "--enable-native-access=ALL-UNNAMED"),
      List.of("-cp", Entrypoint.JAR, "dev.godwit.cli.Godwit"));

  static final String HOME = "/opt/godwit";
  static final String JAR = HOME + "/quarkus-run.jar";

  /// What the JVM has to say goes to standard error; the runner's output is progress.
  private static final List<String> LOG = List.of("-Xlog:disable", "-Xlog:all=error:stderr");

  private final String cache;
  private final List<String> flags;
  private final List<String> program;

  Entrypoint(String cache, List<String> flags, List<String> program) {
    this.cache = cache;
    this.flags = flags;
    this.program = program;
  }

  String cache() {
    return HOME + "/" + cache;
  }

  /// What follows `java` when the image is used.
  List<String> arguments() {
    return arguments(List.of("-XX:AOTCache=" + cache()));
  }

  /// What follows `java`, with `aot` in place of the flag for the cache.
  List<String> arguments(List<String> aot) {
    List<String> all = new ArrayList<>(aot);
    all.addAll(LOG);
    all.addAll(flags);
    all.add("-XX:+ExitOnOutOfMemoryError");
    all.addAll(program);
    return all;
  }
}
