package dev.godwit.bench;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.godwit.testing.MongoServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Compares Godwit's dump with stock mongodump, as whole processes, on the same server, in turns:
/// `make bench-backup`. Arguments: megabytes (1,000), runs of each (3).
///
/// `GODWIT_BENCH_URI` names another server; the database `bench_backup` there is dropped.
/// `GODWIT_LAB_MONGODUMP` names the program.
public final class BackupBench {

  private static final String DATABASE = "bench_backup";
  private static final int DOCUMENTS_A_MEGABYTE = 1_000;
  private static final int MANY = 20;

  private final String uri;
  private final String mongodump;
  private final Path folder;

  private BackupBench(String uri, String mongodump, Path folder) {
    this.uri = uri;
    this.mongodump = mongodump;
    this.folder = folder;
  }

  /// @param args megabytes, number of runs
  public static void main(String[] args) throws IOException {
    String given = System.getenv("GODWIT_BENCH_URI");
    String uri = given == null ? MongoServer.uri() : given;
    int megabytes = args.length > 0 ? Integer.parseInt(args[0].replace("_", "")) : 1_000;
    int runs = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    String mongodump = System.getenv("GODWIT_LAB_MONGODUMP");
    if (mongodump == null) {
      throw new IllegalStateException("GODWIT_LAB_MONGODUMP names no mongodump to compare with");
    }
    Path folder = Files.createDirectories(Path.of("target", "bench-backup").toAbsolutePath());
    try (MongoClient client = MongoClients.create(uri)) {
      System.out.println(Machine.describe(client));
      System.out.println(version(mongodump));
      System.out.println(
          "Whole processes: the start of the JVM counts, without the image's AOT cache.\n");
      BackupBench bench = new BackupBench(uri, mongodump, folder);
      int documents = megabytes * DOCUMENTS_A_MEGABYTE;
      for (int collections : new int[] {1, MANY}) {
        long bytes =
            BackupData.fill(client.getDatabase(DATABASE), collections, documents / collections);
        bench.dumps(
            collections == 1 ? "one collection" : collections + " collections", bytes, runs);
      }
      client.getDatabase(DATABASE).drop();
    }
  }

  private void dumps(String title, long bytes, int runs) {
    Comparison comparison = new Comparison("Dump of " + title, bytes);
    comparison.add("mongodump", () -> mongodump("--archive=" + folder.resolve("stock")));
    comparison.add(
        "mongodump --gzip", () -> mongodump("--gzip", "--archive=" + folder.resolve("stock")));
    comparison.add(
        "mongodump --gzip --out", () -> mongodump("--gzip", "--out=" + folder.resolve("stock")));
    comparison.add("godwit, None", "mongodump", () -> godwit("None", 1, "None"));
    comparison.add("godwit, Gzip 1", "mongodump --gzip", () -> godwit("Gzip", 1, "None"));
    comparison.add("godwit, Gzip 6", "mongodump --gzip", () -> godwit("Gzip", 6, "None"));
    comparison.add("godwit, Zstd 1", "mongodump --gzip", () -> godwit("Zstd", 1, "None"));
    comparison.add(
        "godwit, Gzip 1, read back and checked",
        "mongodump --gzip",
        () -> godwit("Gzip", 1, "Checksum"));
    comparison.run(runs);
  }

  private Comparison.Run mongodump(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                mongodump,
                "--quiet",
                "--uri=" + uri,
                "--db=" + DATABASE,
                "--numParallelCollections=4"));
    command.addAll(List.of(arguments));
    return run(new MeasuredProcess(command, folder), folder.resolve("stock"));
  }

  private Comparison.Run godwit(String compression, int level, String verification) {
    Path target = folder.resolve("godwit");
    return run(
        new MeasuredProcess(
            RunnerProcess.command(
                "512m",
                List.of(
                    "backup",
                    "--backup-dir=" + folder,
                    "--location=godwit",
                    "--uri=" + uri,
                    "--database=" + DATABASE,
                    "--compression=" + compression,
                    "--level=" + level,
                    "--verification=" + verification)),
            Path.of("").toAbsolutePath()),
        target);
  }

  private static Comparison.Run run(MeasuredProcess process, Path target) {
    delete(target);
    MeasuredProcess.Taken taken = process.run();
    long stored = size(target);
    delete(target);
    return new Comparison.Run(taken, stored);
  }

  private static long size(Path target) {
    return files(target).stream().mapToLong(file -> file.toFile().length()).sum();
  }

  private static void delete(Path target) {
    files(target).forEach(file -> file.toFile().delete());
  }

  /// Of a file or a folder; what is inside comes first.
  private static List<Path> files(Path target) {
    if (!Files.exists(target)) {
      return List.of();
    }
    try (Stream<Path> found = Files.walk(target)) {
      return found.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static String version(String program) throws IOException {
    Process process = new ProcessBuilder(program, "--version").start();
    return new String(process.getInputStream().readAllBytes()).lines().findFirst().orElse("?");
  }
}
