package dev.godwit.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// Measures how long the entrypoints of this image take to start, with their caches and without.
/// The first run of each warms the disk cache and does not count.
final class StartUp {

  private static final int RUNS = 5;

  private StartUp() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    try (StandIns around = new StandIns()) {
      System.out.printf(
          "%-44s %10s %10s   median of %d%n", "start-up", "with AOT", "without", RUNS);
      for (Entrypoint entrypoint : Entrypoint.values()) {
        List<Long> with = new ArrayList<>();
        List<Long> without = new ArrayList<>();
        for (int run = 0; run <= RUNS; run++) {
          long cached = measure(entrypoint, around, entrypoint.arguments());
          long plain = measure(entrypoint, around, entrypoint.arguments(List.of()));
          if (run > 0) {
            with.add(cached);
            without.add(plain);
          }
        }
        System.out.printf(
            Locale.ROOT,
            "%-44s %8.2f s %8.2f s%n",
            switch (entrypoint) {
              case OPERATOR -> "operator, from start of the JVM until ready";
              case RUNNER -> "runner, from start of the JVM to its plan";
            },
            median(with),
            median(without));
      }
    }
    System.exit(0);
  }

  /// @return nanoseconds
  private static long measure(Entrypoint entrypoint, StandIns around, List<String> arguments)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    return switch (entrypoint) {
      case OPERATOR -> {
        Process operator = around.operator(arguments);
        around.awaitReady(operator);
        long ready = System.nanoTime();
        operator.destroyForcibly().waitFor();
        yield ready - start;
      }
      case RUNNER -> {
        // As RunnerJob does for runs that only read.
        arguments.addFirst("-XX:TieredStopAtLevel=1");
        Process runner = around.runner(arguments);
        if (!runner.waitFor(1, TimeUnit.MINUTES) || runner.exitValue() != 0) {
          throw new IOException("the runner failed\n" + around.output());
        }
        yield System.nanoTime() - start;
      }
    };
  }

  private static double median(List<Long> nanoseconds) {
    Collections.sort(nanoseconds);
    return nanoseconds.get(nanoseconds.size() / 2) / 1e9;
  }
}
