package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.job.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The exit code of the process itself: a shutdown hook can replace the one that `main` gives.
class ExitCodeTest {

  @TempDir Path folder;

  @Test
  void anUnexpectedErrorIsNotADone() throws IOException, InterruptedException {
    assertThat(exitCode(folder.resolve("missing.yaml"), folder.resolve("missing")))
        .isEqualTo(ExitCode.UNEXPECTED);
  }

  @Test
  void aRefusalHasItsOwnCode() throws IOException, InterruptedException {
    Path manifest = Files.writeString(folder.resolve("m.yaml"), "spec: {}\n");
    Path uri = Files.writeString(folder.resolve("uri"), "mongodb://127.0.0.1:1/shop");

    assertThat(exitCode(manifest, uri)).isEqualTo(ExitCode.REFUSED);
  }

  private int exitCode(Path manifest, Path uri) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElseThrow(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Godwit.class.getName(),
                    "job",
                    "plan",
                    "--manifest",
                    manifest.toString(),
                    "--uri-file",
                    uri.toString(),
                    "--termination-log",
                    folder.resolve("log").toString()))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
