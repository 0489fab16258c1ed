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

  private final String title;
  private final long bytes;
  private final Map<String, Supplier<Run>> contenders = new LinkedHashMap<>();
  private final Map<String, String> measures = new LinkedHashMap<>();

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
  void add(String name, String measure, Supplier<Run> contender) {
    contenders.put(name, contender);
    measures.put(name, measure);
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
        "| | seconds | MB/s | processor seconds | memory, MB | stored, MB | as fast as |");
    System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | --- |");
    all.forEach(
        (name, took) -> {
          double seconds = median(took, run -> run.taken().seconds());
          String measure = measures.get(name);
          System.out.printf(
              "| %s | %.1f | %.0f | %.1f | %.0f | %.0f | %s |%n",
              name,
              seconds,
              bytes / MEGABYTE / seconds,
              median(took, run -> run.taken().processorSeconds()),
              median(took, run -> run.taken().peakBytes() / MEGABYTE),
              median(took, run -> run.stored() / MEGABYTE),
              measure == null
                  ? ""
                  : "%.2f × %s"
                      .formatted(
                          median(all.get(measure), run -> run.taken().seconds()) / seconds,
                          measure));
        });
    System.out.println();
  }

  private static double median(List<Run> runs, ToDoubleFunction<Run> of) {
    return runs.stream().mapToDouble(of).sorted().toArray()[runs.size() / 2];
  }
}
