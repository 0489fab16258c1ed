package dev.godwit.bench;

import com.mongodb.client.MongoDatabase;
import java.util.ArrayList;
import java.util.List;

/// Dumps and restores of one collection of growing size: time grows with the size, memory does not.
final class BackupGrowth {

  private static final int[] MEGABYTES = {10, 100, 1_000, 4_000};
  private static final int DOCUMENTS_A_MEGABYTE = 1_000;
  private static final String GODWIT = "growth";

  private final BackupTools tools;
  private final MongoDatabase database;

  BackupGrowth(BackupTools tools, MongoDatabase database) {
    this.tools = tools;
    this.database = database;
  }

  /// @param most megabytes
  void run(int most, int runs) {
    List<String> rows = new ArrayList<>();
    for (int megabytes : MEGABYTES) {
      if (megabytes <= most) {
        long bytes = BackupData.fill(database, 1, megabytes * DOCUMENTS_A_MEGABYTE);
        rows.addAll(rows(megabytes, bytes, runs));
      }
    }
    System.out.printf("%nGrowth, Gzip 1, least of %d%n%n", runs);
    System.out.println("| MB | | seconds | MB/s | processor seconds | memory, MB |");
    System.out.println("| ---: | --- | ---: | ---: | ---: | ---: |");
    rows.forEach(System.out::println);
    System.out.println();
  }

  private List<String> rows(int megabytes, long bytes, int runs) {
    List<MeasuredProcess.Taken> dumps = new ArrayList<>();
    List<MeasuredProcess.Taken> overwrites = new ArrayList<>();
    List<MeasuredProcess.Taken> swaps = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      tools.delete(GODWIT);
      dumps.add(tools.backup(GODWIT, "Gzip", 1, "None").run());
      overwrites.add(tools.restore(GODWIT, "--overwrite").run());
      swaps.add(tools.restore(GODWIT).run());
      RestoreBench.dropOwn(database);
    }
    tools.delete(GODWIT);
    return List.of(
        row(megabytes, "dump", bytes, dumps),
        row(megabytes, "restore, Overwrite", bytes, overwrites),
        row(megabytes, "restore, Swap", bytes, swaps));
  }

  private static String row(
      int megabytes, String what, long bytes, List<MeasuredProcess.Taken> runs) {
    double seconds = runs.stream().mapToDouble(MeasuredProcess.Taken::seconds).min().orElseThrow();
    String row =
        "| %,d | %s | %.1f | %.0f | %.1f | %.0f |"
            .formatted(
                megabytes,
                what,
                seconds,
                bytes / 1e6 / seconds,
                runs.stream()
                    .mapToDouble(MeasuredProcess.Taken::processorSeconds)
                    .min()
                    .orElseThrow(),
                runs.stream().mapToLong(MeasuredProcess.Taken::peakBytes).max().orElseThrow()
                    / 1e6);
    System.out.println("  " + row);
    return row;
  }
}
