package dev.godwit.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A program, timed from its start to its end: the start of a JVM or of node counts.
///
/// @param folder where it runs
/// @param environment variables besides those of this process
record WholeProcess(List<String> command, Path folder, Map<String, String> environment) {

  private static final long PATIENCE_MINUTES = 30;

  /// Runs it.
  ///
  /// @return from before the start to after the end
  /// @throws IllegalStateException with what it said when it fails
  Duration time() {
    try {
      Path output = Files.createTempFile("godwit-bench", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      long start = System.nanoTime();
      Process process = builder.start();
      boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      if (!ended) {
        process.destroyForcibly();
      }
      if (!ended || process.exitValue() != 0) {
        throw new IllegalStateException(
            "%s ended with %s:%n%s"
                .formatted(
                    command.getFirst(),
                    ended ? process.exitValue() : "no end",
                    Files.readString(output)));
      }
      Files.delete(output);
      return took;
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
