package dev.godwit.bench;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.godwit.testing.MongoServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a tool costs besides the work: migrations that change nothing, and then nothing to do.
/// Whole processes, in turns on the same server. Arguments: migrations (200), runs of each (3).
public final class EmptyMigrationsBench {

  private static final String DATABASE = "bench_empty";

  private final String uri;
  private final int count;
  private final int runs;
  private final Map<String, List<Duration>> times = new LinkedHashMap<>();

  private EmptyMigrationsBench(String uri, int count, int runs) {
    this.uri = uri;
    this.count = count;
    this.runs = runs;
  }

  /// @param args number of migrations, number of runs
  public static void main(String[] args) {
    String given = System.getenv("GODWIT_BENCH_URI");
    new EmptyMigrationsBench(
            given == null ? MongoServer.uri() : given,
            args.length > 0 ? Integer.parseInt(args[0]) : 200,
            args.length > 1 ? Integer.parseInt(args[1]) : 3)
        .run();
  }

  private void run() {
    List<ComparedTool> tools = prepared();
    try (MongoClient client = MongoClients.create(uri)) {
      System.out.println(Machine.describe(client));
      for (int run = 0; run < runs; run++) {
        for (ComparedTool tool : tools) {
          compare(tool, client.getDatabase(DATABASE));
        }
      }
      client.getDatabase(DATABASE).drop();
    }
    System.out.printf(
        "%d empty migrations, seconds of the whole process, %d runs in turns%n", count, runs);
    System.out.printf("%-36s %8s %8s %8s%n", "", "least", "median", "most");
    times.forEach(EmptyMigrationsBench::print);
  }

  private static List<ComparedTool> prepared() {
    List<ComparedTool> tools = new ArrayList<>();
    for (ComparedTool tool : ComparedTool.all()) {
      Optional<String> missing = tool.prepare();
      if (missing.isEmpty()) {
        tools.add(tool);
      } else {
        System.out.printf("%s is left out: %s%n", tool.name(), missing.get());
      }
    }
    return tools;
  }

  private void compare(ComparedTool tool, MongoDatabase database) {
    database.drop();
    WholeProcess process = tool.empty(uri, DATABASE, count);
    add(tool.name() + ": all", process.time());
    long known = database.getCollection(tool.history()).countDocuments();
    if (known < count) {
      throw new IllegalStateException(
          "%s has %d documents for %d migrations".formatted(tool.name(), known, count));
    }
    add(tool.name() + ": nothing to do", process.time());
    if (tool instanceof GodwitTool godwit) {
      add(tool.name() + ": status", godwit.status(uri, DATABASE, count).time());
    }
  }

  private void add(String what, Duration took) {
    times.computeIfAbsent(what, _ -> new ArrayList<>()).add(took);
  }

  private static void print(String what, List<Duration> took) {
    List<Duration> sorted = took.stream().sorted().toList();
    System.out.printf(
        "%-36s %8.2f %8.2f %8.2f%n",
        what,
        seconds(sorted.getFirst()),
        seconds(sorted.get(sorted.size() / 2)),
        seconds(sorted.getLast()));
  }

  private static double seconds(Duration took) {
    return took.toMillis() / 1000.0;
  }
}
