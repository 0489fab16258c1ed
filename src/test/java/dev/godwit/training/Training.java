package dev.godwit.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Makes the AOT caches of both entrypoints beside the jars, and proves that they are used. Ends
/// with an error, and so ends the build of the image, when one of them is not.
final class Training {

  /// A cache holds for jars of one size and time. With a time that never changes the caches hold
  /// wherever a builder or a registry rewrites later ones, and equal layers stay equal.
  private static final FileTime JARS = FileTime.from(Instant.parse("1980-02-01T00:00:00Z"));

  /// Memory that the JVM is told it has. A percentage of a large machine's would make a heap that
  /// needs another form of references, and the cache would hold for no pod.
  private static final String TRAINED = "1g";

  private static final String TRIED = "320m";

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private Training() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    try (Stream<Path> files = Files.walk(Path.of(Entrypoint.HOME))) {
      for (Path file : files.toList()) {
        open(file);
        Files.setLastModifiedTime(file, JARS);
      }
    }
    try (StandIns around = new StandIns()) {
      train(Entrypoint.RUNNER, around);
      train(Entrypoint.OPERATOR, around);
    }
    System.exit(0);
  }

  /// Readable for the user of the image, whatever the umask of the machine that built the files.
  private static void open(Path file) throws IOException {
    Files.setPosixFilePermissions(
        file, PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
  }

  private static void train(Entrypoint entrypoint, StandIns around)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    run(entrypoint, around, "-XX:AOTCacheOutput=" + entrypoint.cache(), "-XX:MaxRAM=" + TRAINED);
    Path cache = Path.of(entrypoint.cache());
    if (!Files.exists(cache)) {
      throw new IOException(cache + " was not made\n" + around.output());
    }
    open(cache);
    Files.setLastModifiedTime(cache, JARS);
    long trained = System.nanoTime();
    run(
        entrypoint,
        around,
        "-XX:AOTCache=" + entrypoint.cache(),
        "-XX:AOTMode=on",
        "-XX:MaxRAM=" + TRIED);
    System.out.printf(
        "%s: %d MB, trained in %d ms, tried in %d ms%n",
        cache,
        Files.size(cache) / 1_000_000,
        TimeUnit.NANOSECONDS.toMillis(trained - start),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - trained));
  }

  private static void run(Entrypoint entrypoint, StandIns around, String... aot)
      throws IOException, InterruptedException {
    List<String> arguments = entrypoint.arguments(List.of(aot));
    Process process =
        switch (entrypoint) {
          case RUNNER -> around.trainedRunner(arguments);
          case OPERATOR -> {
            Process operator = around.operator(arguments);
            around.awaitReady(operator);
            around.awaitWork(operator);
            operator.destroy();
            yield operator;
          }
        };
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(entrypoint + " did not end\n" + around.output());
    }
    boolean stopped = entrypoint == Entrypoint.OPERATOR && process.exitValue() == 143;
    if (process.exitValue() != 0 && !stopped) {
      throw new IOException(
          "%s ended with %d%n%s".formatted(entrypoint, process.exitValue(), around.output()));
    }
  }
}
