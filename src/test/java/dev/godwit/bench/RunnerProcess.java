package dev.godwit.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.api.job.RunProgress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The runner as a process of its own, as a Job starts it: with the flags of the image, but the
/// classes of this build and without the AOT cache. A container's limit of memory sizes the heap;
/// here `-XX:MaxRAM` says it.
final class RunnerProcess {

  /// How it ended.
  ///
  /// @param killed whether it was killed on purpose
  /// @param peakBytes most memory that was resident, as the kernel counts (VmHWM)
  record Ended(int exitCode, boolean killed, long peakBytes, Duration took) {}

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Path ARGUMENTS = Path.of("deploy", "image", "cli");
  private static final int SIGKILLED = 137;
  private static final Duration SAMPLING = Duration.ofMillis(100);

  private final Process process;
  private final long start = System.nanoTime();
  private volatile long peakBytes;
  private volatile boolean killed;

  private RunnerProcess(Process process) {
    this.process = process;
  }

  /// Starts it.
  ///
  /// @param memory limit of its container, as in `512m`
  /// @param arguments of the command line
  /// @param errors takes what it says on standard error
  static RunnerProcess start(String memory, List<String> arguments, Path errors) {
    try {
      return new RunnerProcess(
          new ProcessBuilder(command(memory, arguments))
              .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
              .start());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /// The whole command.
  static List<String> command(String memory, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(Workshop.java(), "-XX:MaxRAM=" + memory));
    try {
      for (String argument : Files.readAllLines(ARGUMENTS)) {
        if (argument.endsWith("quarkus-run.jar")) {
          command.add(System.getProperty("java.class.path"));
        } else if (!argument.startsWith("-XX:AOTCache=")) {
          command.add(argument);
        }
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    command.addAll(arguments);
    return command;
  }

  /// Reads its progress until it ends.
  ///
  /// @param progress takes each line of progress
  Ended follow(Consumer<RunProgress> progress) {
    Thread sampler = Thread.ofPlatform().daemon().start(this::sample);
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        RunProgress read = parse(line);
        if (read != null) {
          progress.accept(read);
        }
      }
      int exitCode = process.waitFor();
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      sampler.join();
      return new Ended(exitCode, killed && exitCode == SIGKILLED, peakBytes, took);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    } finally {
      process.destroyForcibly();
    }
  }

  /// SIGKILL, soon: between two lines of progress.
  void killAfter(Duration delay) {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                if (!process.waitFor(delay)) {
                  killed = true;
                  process.destroyForcibly();
                }
              } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /// Memory that is resident now; 0 when it has ended.
  long residentBytes() {
    return memory("VmRSS:");
  }

  private void sample() {
    try {
      do {
        peakBytes = Math.max(peakBytes, memory("VmHWM:"));
      } while (!process.waitFor(SAMPLING));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private long memory(String key) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
          .filter(line -> line.startsWith(key))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException ended) {
      return 0;
    }
  }

  private static RunProgress parse(String line) {
    try {
      RunProgress progress = MAPPER.readValue(line, RunProgress.class);
      return progress.godwit() == RunProgress.FORM ? progress : null;
    } catch (JsonProcessingException other) {
      return null;
    }
  }
}
