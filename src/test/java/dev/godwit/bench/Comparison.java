package dev.godwit.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// Runs contenders in turns and prints their medians beside each other.
final class Comparison {

  private static final double MEGABYTE = 1e6;

  /// What a contender took and made.
  ///
  /// @param stored bytes of what it wrote; 0 when that says nothing
  record Run(MeasuredProcess.Taken taken, long stored) {}

  /// @param name of another contender
  /// @param goal how many times as fast as that it should be; 0 for no goal
  private record Measure(String name, double goal) {}

  private final String title;
  private final long bytes;
  private final Map<String, Supplier<Run>> contenders = new LinkedHashMap<>();
  private final Map<String, Measure> measures = new LinkedHashMap<>();

  /// @param bytes of the documents, for MB/s
  Comparison(String title, long bytes) {
    this.title = title;
    this.bytes = bytes;
  }

  /// Adds one that others are compared with.
  void add(String name, Supplier<Run> contender) {
    contenders.put(name, contender);
  }

  /// Adds one that is compared with `measure`.
  ///
  /// @param goal how many times as fast it should be; 0 for no goal
  void add(String name, String measure, double goal, Supplier<Run> contender) {
    contenders.put(name, contender);
    measures.put(name, new Measure(measure, goal));
  }

  void run(int runs) {
    Map<String, List<Run>> all = new LinkedHashMap<>();
    for (int i = 0; i < runs; i++) {
      contenders.forEach(
          (name, contender) -> {
            Run run = contender.get();
            System.out.printf("  %-48s %7.2f s%n", name, run.taken().seconds());
            all.computeIfAbsent(name, _ -> new ArrayList<>()).add(run);
          });
    }
    System.out.printf(
        "%n%s: %,.0f MB of documents, %d runs in turns, medians%n%n",
        title, bytes / MEGABYTE, runs);
    System.out.println(
        "| | seconds | MB/s | processor seconds | memory, MB | stored, MB | as fast as | goal |");
    System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | --- | --- |");
    all.forEach(
        (name, took) -> {
          double seconds = median(took, run -> run.taken().seconds());
          System.out.printf(
              "| %s | %.1f | %.0f | %.1f | %.0f | %.0f | %s |%n",
              name,
              seconds,
              bytes / MEGABYTE / seconds,
              median(took, run -> run.taken().processorSeconds()),
              median(took, run -> run.taken().peakBytes() / MEGABYTE),
              median(took, run -> run.stored() / MEGABYTE),
              compared(measures.get(name), all, seconds));
        });
    System.out.println();
  }

  private static String compared(Measure measure, Map<String, List<Run>> all, double seconds) {
    if (measure == null) {
      return "|";
    }
    double factor = median(all.get(measure.name()), run -> run.taken().seconds()) / seconds;
    String goal =
        measure.goal() == 0
            ? factor < 1 ? "none, **slower**" : "none"
            : "%.1f: %s".formatted(measure.goal(), factor < measure.goal() ? "**missed**" : "met");
    return "%.2f × %s | %s".formatted(factor, measure.name(), goal);
  }

  private static double median(List<Run> runs, ToDoubleFunction<Run> of) {
    return runs.stream().mapToDouble(of).sorted().toArray()[runs.size() / 2];
  }
}
