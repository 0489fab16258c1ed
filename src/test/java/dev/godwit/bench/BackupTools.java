package dev.godwit.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The programs that [BackupBench] compares, as whole processes, and the folder where they write.
///
/// @param uri of the server
/// @param runner of Godwit
/// @param folder for archives
record BackupTools(
    String uri, String mongodump, String mongorestore, PackagedRunner runner, Path folder) {

  static final String DATABASE = "bench_backup";

  /// The limit of the runner's container.
  private static final String MEMORY = "512m";

  static BackupTools of(String uri) throws IOException {
    PackagedRunner runner = new PackagedRunner(MEMORY);
    runner.train();
    return new BackupTools(
        uri,
        program("GODWIT_LAB_MONGODUMP"),
        program("GODWIT_LAB_MONGORESTORE"),
        runner,
        Files.createDirectories(Path.of("target", "bench-backup").toAbsolutePath()));
  }

  private static String program(String variable) {
    String program = System.getenv(variable);
    if (program == null) {
      throw new IllegalStateException(variable + " names no program to compare with");
    }
    return program;
  }

  /// Of both programs, a line each.
  String versions() throws IOException {
    return version(mongodump) + "\n" + version(mongorestore);
  }

  private static String version(String program) throws IOException {
    Process process = new ProcessBuilder(program, "--version").start();
    return new String(process.getInputStream().readAllBytes()).lines().findFirst().orElse("?");
  }

  /// mongodump with four collections at once; it has no parallel work inside a collection.
  MeasuredProcess mongodump(String... arguments) {
    return stock(mongodump, "--db=" + DATABASE, "--numParallelCollections=4", arguments);
  }

  /// mongorestore with four collections at once and four writers for each.
  MeasuredProcess mongorestore(String... arguments) {
    return stock(
        mongorestore,
        "--numParallelCollections=4",
        "--numInsertionWorkersPerCollection=4",
        arguments);
  }

  private MeasuredProcess stock(String program, String first, String second, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program, "--quiet", "--uri=" + uri));
    command.addAll(List.of(first, second));
    command.addAll(List.of(arguments));
    return new MeasuredProcess(command, folder);
  }

  MeasuredProcess backup(String location, String compression, int level, String verification) {
    return godwit(
        "backup",
        "--backup-dir=" + folder,
        "--location=" + location,
        "--database=" + DATABASE,
        "--compression=" + compression,
        "--level=" + level,
        "--verification=" + verification);
  }

  /// @param more arguments, as `--overwrite`
  MeasuredProcess restore(String location, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "restore",
                "--backup-dir=" + folder,
                "--location=" + location,
                "--database=" + DATABASE,
                "--yes"));
    arguments.addAll(List.of(more));
    return godwit(arguments.toArray(String[]::new));
  }

  /// Applies the migrations of a folder.
  MeasuredProcess up(Path manifests) {
    return godwit(
        "up", "-f", manifests.toString(), "--backup-dir=" + folder, "--database=" + DATABASE);
  }

  private MeasuredProcess godwit(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--uri=" + uri);
    return new MeasuredProcess(runner.command(all), Path.of("").toAbsolutePath());
  }

  /// Bytes of a file, or of all files in a folder.
  long size(String name) {
    return files(name).stream().mapToLong(file -> file.toFile().length()).sum();
  }

  void delete(String name) {
    files(name).forEach(file -> file.toFile().delete());
  }

  /// Of a file or a folder; what is inside comes first.
  private List<Path> files(String name) {
    Path target = folder.resolve(name);
    if (!Files.exists(target)) {
      return List.of();
    }
    try (Stream<Path> found = Files.walk(target)) {
      return found.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
