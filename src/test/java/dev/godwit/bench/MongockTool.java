package dev.godwit.bench;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Mongock with its standalone runner, on a class path of its own (`src/test/bench-tools/mongock`).
/// Its empty migration is a change unit whose method does nothing.
final class MongockTool implements ComparedTool {

  private static final Path SOURCES = Path.of("src/test/bench-tools/mongock").toAbsolutePath();

  private final Path folder = Workshop.folder("mongock");
  private final Path classes = Workshop.folder("mongock", "classes");

  @Override
  public String name() {
    return "Mongock 5.5.1";
  }

  @Override
  public Optional<String> prepare() {
    try {
      new WholeProcess(
              List.of(
                  Path.of("mvnw").toAbsolutePath().toString(),
                  "--batch-mode",
                  "-q",
                  "-f",
                  SOURCES.resolve("pom.xml").toString(),
                  "dependency:copy-dependencies",
                  "-DoutputDirectory=" + folder.resolve("lib")),
              folder,
              Map.of("JAVA_HOME", System.getProperty("java.home")))
          .time();
    } catch (IllegalStateException failed) {
      return Optional.of("its jars cannot be had: " + failed.getMessage());
    }
    compile(List.of(SOURCES.resolve("MongockBench.java")));
    return Optional.empty();
  }

  @Override
  public String history() {
    return "mongockChangeLog";
  }

  @Override
  public WholeProcess empty(String uri, String database, int count) {
    String name = "empty" + count;
    List<Path> sources = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      Path source = folder.resolve(name).resolve("Empty%03d.java".formatted(i));
      Workshop.write(source, source(name, i));
      sources.add(source);
    }
    compile(sources);
    return run(Map.of(), uri, database, name);
  }

  @Override
  public WholeProcess backfill(String uri, String database, Backfill backfill) {
    return run(
        Map.of(
            "BENCH_COLLECTION",
            backfill.collection(),
            "BENCH_FILTER",
            backfill.filter(),
            "BENCH_UPDATE",
            backfill.update()),
        uri,
        database,
        "backfill");
  }

  private static String source(String name, int number) {
    return """
    package %1$s;

    import io.mongock.api.annotations.ChangeUnit;
    import io.mongock.api.annotations.Execution;
    import io.mongock.api.annotations.RollbackExecution;

    @ChangeUnit(id = "empty%2$03d", order = "%2$03d", author = "bench")
    public class Empty%2$03d {
      @Execution
      public void run() {}

      @RollbackExecution
      public void rollback() {}
    }
    """
        .formatted(name, number);
  }

  private void compile(List<Path> sources) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "javac").toString());
    command.addAll(List.of("-parameters", "-proc:none", "-cp", classPath()));
    command.addAll(List.of("-d", classes.toString()));
    sources.forEach(source -> command.add(source.toString()));
    new WholeProcess(command, folder, Map.of()).time();
  }

  private WholeProcess run(Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(Workshop.java(), "-cp", classPath(), "MongockBench"));
    command.addAll(List.of(arguments));
    return new WholeProcess(command, folder, environment);
  }

  private String classPath() {
    return classes + File.pathSeparator + folder.resolve("lib") + File.separator + "*";
  }
}
