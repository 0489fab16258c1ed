package dev.godwit.engine.lock;

import dev.godwit.testing.MongoServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The processes of the lock race, which can be paused as a whole: what a node that hangs, or a
/// suspended machine, does to a runner.
final class RacingProcesses implements AutoCloseable {

  private final List<Process> processes = new ArrayList<>();

  /// @param threads runners in each process
  RacingProcesses(String database, Duration lease, int count, int threads) throws IOException {
    for (int i = 0; i < count; i++) {
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx48m",
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              RacingRunner.class.getName(),
              MongoServer.uri(),
              database,
              Long.toString(lease.toMillis()),
              name(i),
              Integer.toString(threads));
      builder
          .environment()
          .put(
              "CLASSPATH",
              System.getProperty(
                  "surefire.test.class.path", System.getProperty("java.class.path")));
      processes.add(
          builder
              .redirectErrorStream(true)
              .redirectOutput(Path.of("target", "race-" + name(i) + ".log").toFile())
              .start());
    }
  }

  /// What the owners of a process begin with.
  static String name(int process) {
    return "p" + process;
  }

  int count() {
    return processes.size();
  }

  void pause(int process) throws IOException, InterruptedException {
    signal("STOP", process);
  }

  void goOn(int process) throws IOException, InterruptedException {
    signal("CONT", process);
  }

  private void signal(String signal, int process) throws IOException, InterruptedException {
    long pid = processes.get(process).pid();
    int code = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
    if (code != 0) {
      throw new IOException("process %s has ended, see target/race-*.log".formatted(name(process)));
    }
  }

  /// Lets all end.
  @Override
  public void close() throws IOException, InterruptedException {
    for (int i = 0; i < processes.size(); i++) {
      if (processes.get(i).isAlive()) {
        goOn(i);
        processes.get(i).getOutputStream().close();
      }
    }
    for (Process process : processes) {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("a runner did not end, see target/race-*.log");
      }
    }
  }
}
