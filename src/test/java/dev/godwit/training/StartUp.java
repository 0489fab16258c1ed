package dev.godwit.training;

import dev.godwit.api.job.ExitCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// Measures how long the entrypoints of this image take to start, with their caches and without.
/// The first run of each warms the disk cache and does not count.
final class StartUp {

  private static final int RUNS = 7;

  private enum Figure {
    OPERATOR_READY("operator, until it is ready", Entrypoint.OPERATOR),
    RUNNER_MAIN("runner, until it has read its manifest", Entrypoint.RUNNER),
    RUNNER_PLAN("runner, until it has planned and ended", Entrypoint.RUNNER);

    private final String text;
    private final Entrypoint entrypoint;

    Figure(String text, Entrypoint entrypoint) {
      this.text = text;
      this.entrypoint = entrypoint;
    }
  }

  private StartUp() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    System.out.printf(
        "%-44s %10s %10s   median of %d%n",
        "from the start of the process", "with AOT", "without", RUNS);
    try (StandIns around = new StandIns()) {
      for (Figure figure : Figure.values()) {
        List<Long> with = new ArrayList<>();
        List<Long> without = new ArrayList<>();
        for (int run = 0; run <= RUNS; run++) {
          long cached = measure(figure, around, figure.entrypoint.arguments());
          long plain = measure(figure, around, figure.entrypoint.arguments(List.of()));
          if (run > 0) {
            with.add(cached);
            without.add(plain);
          }
        }
        System.out.printf(
            Locale.ROOT, "%-44s %8.2f s %8.2f s%n", figure.text, median(with), median(without));
      }
    }
    System.exit(0);
  }

  /// @return nanoseconds
  private static long measure(Figure figure, StandIns around, List<String> arguments)
      throws IOException, InterruptedException {
    if (figure.entrypoint == Entrypoint.RUNNER) {
      // As RunnerJob does for runs that only read.
      arguments.addFirst("-XX:TieredStopAtLevel=1");
    }
    long start = System.nanoTime();
    switch (figure) {
      case OPERATOR_READY -> {
        Process operator = around.operator(arguments);
        around.awaitReady(operator);
        long ready = System.nanoTime();
        operator.destroyForcibly().waitFor();
        return ready - start;
      }
      case RUNNER_MAIN -> end(around.refusingRunner(arguments), ExitCode.REFUSED, around);
      case RUNNER_PLAN -> end(around.runner(arguments), ExitCode.DONE, around);
    }
    return System.nanoTime() - start;
  }

  private static void end(Process runner, int wanted, StandIns around)
      throws IOException, InterruptedException {
    if (!runner.waitFor(1, TimeUnit.MINUTES) || runner.exitValue() != wanted) {
      throw new IOException("the runner failed\n" + around.output());
    }
  }

  private static double median(List<Long> nanoseconds) {
    Collections.sort(nanoseconds);
    return nanoseconds.get(nanoseconds.size() / 2) / 1e9;
  }
}
