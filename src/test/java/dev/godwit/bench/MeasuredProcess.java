package dev.godwit.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A program, run to its end and looked at while it runs: Linux tells a process' memory and
/// processor time as long as it is there, so what its last milliseconds took is not counted.
///
/// @param command of the program
/// @param folder where it runs
record MeasuredProcess(List<String> command, Path folder) {

  private static final Duration SAMPLING = Duration.ofMillis(20);
  private static final int USER_TIME = 11;
  private static final int SYSTEM_TIME = 12;
  private static final double TICKS_A_SECOND = 100;

  /// What a run took.
  ///
  /// @param seconds from before the start to after the end
  /// @param processorSeconds user and system, of all threads
  /// @param peakBytes most memory that was resident (VmHWM)
  record Taken(double seconds, double processorSeconds, long peakBytes) {}

  /// Runs it.
  ///
  /// @throws IllegalStateException with what it said when it fails
  Taken run() {
    return run(0);
  }

  /// Runs it.
  ///
  /// @throws IllegalStateException with what it said when it ends with another exit code
  Taken run(int expected) {
    try {
      Path output = Files.createTempFile("godwit-bench", ".log");
      long start = System.nanoTime();
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      double processor = 0;
      long peak = 0;
      do {
        processor = Math.max(processor, processorSeconds(process.pid()));
        peak = Math.max(peak, peakBytes(process.pid()));
      } while (!process.waitFor(SAMPLING));
      double seconds = (System.nanoTime() - start) / 1e9;
      if (process.exitValue() != expected) {
        throw new IllegalStateException(
            "%s ended with %d:%n%s"
                .formatted(command, process.exitValue(), Files.readString(output)));
      }
      Files.delete(output);
      return new Taken(seconds, processor, peak);
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private static double processorSeconds(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]))
          / TICKS_A_SECOND;
    } catch (IOException ended) {
      return 0;
    }
  }

  private static long peakBytes(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException ended) {
      return 0;
    }
  }
}
