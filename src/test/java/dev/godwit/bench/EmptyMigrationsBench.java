package dev.godwit.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import dev.godwit.testing.MongoServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a tool costs besides the work: migrations that change nothing, and then nothing to do.
/// Whole processes, in turns on the same server.
class EmptyMigrationsBench {

  private static final int COUNT = Integer.getInteger("godwit.bench.empty", 200);
  private static final int ROUNDS = Integer.getInteger("godwit.bench.rounds", 3);

  @Test
  void emptyMigrationsAndNothingToDo() {
    List<ComparedTool> tools = new ArrayList<>();
    for (ComparedTool tool : ComparedTool.all()) {
      Optional<String> missing = tool.prepare();
      missing.ifPresentOrElse(
          reason -> System.out.printf("%s is left out: %s%n", tool.name(), reason),
          () -> tools.add(tool));
    }
    assertThat(tools).isNotEmpty();
    Map<String, List<Duration>> times = new LinkedHashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (ComparedTool tool : tools) {
        MongoDatabase database = MongoServer.newDatabase();
        WholeProcess process = tool.empty(MongoServer.uri(), database.getName(), COUNT);
        add(times, tool.name() + ": all", process.time());
        add(times, tool.name() + ": nothing to do", process.time());
        if (tool instanceof GodwitTool godwit) {
          add(
              times,
              tool.name() + ": status",
              godwit.status(MongoServer.uri(), database.getName()).time());
        }
        database.drop();
      }
    }
    System.out.printf("%d empty migrations, seconds of the whole process%n", COUNT);
    times.forEach(
        (what, took) -> {
          assertThat(took).hasSize(ROUNDS);
          System.out.printf("%-40s %s%n", what, seconds(took));
        });
  }

  private static void add(Map<String, List<Duration>> times, String what, Duration took) {
    times.computeIfAbsent(what, _ -> new ArrayList<>()).add(took);
  }

  private static String seconds(List<Duration> took) {
    return took.stream()
        .sorted()
        .map(it -> "%6.2f".formatted(it.toMillis() / 1000.0))
        .reduce("", (one, other) -> one + " " + other);
  }
}
