package dev.godwit.fault;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.job.JobContract;
import dev.godwit.testing.MongoServer;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Runs the Jobs' own command line, each in a process, against the test's database: only the
/// folders that a pod mounts are elsewhere.
final class RealRunner implements Runner {

  private static final long PATIENCE_SECONDS = 120;

  private final Path folder;
  private int runs;

  /// @param folder for manifests, backups and logs
  RealRunner(Path folder) {
    this.folder = folder;
  }

  @Override
  public Optional<End> run(Job job, String command, JsonNode manifest) {
    try {
      return Optional.of(run(job, manifest));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private End run(Job job, JsonNode manifest) throws IOException, InterruptedException {
    Path pod = Files.createDirectories(folder.resolve("pod-" + ++runs));
    Files.writeString(pod.resolve(JobContract.MANIFEST_FILE), manifest.toString());
    Files.writeString(pod.resolve("uri"), MongoServer.uri());
    Path message = Files.writeString(pod.resolve("termination-log"), "");
    Path backups = Files.createDirectories(folder.resolve("backups"));
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            JobContract.RUNNER_MAIN));
    for (String argument :
        job.getSpec().getTemplate().getSpec().getContainers().getFirst().getArgs()) {
      command.add(
          argument
              .replace(JobContract.MANIFEST_DIR, pod.toString())
              .replace(JobContract.TARGET_DIR, pod.toString())
              .replace(JobContract.BACKUP_DIR, backups.toString()));
    }
    command.addAll(List.of("--termination-log", message.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(pod.resolve("log").toFile())
            .start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    return new End(process.exitValue(), Files.readString(message));
  }
}
