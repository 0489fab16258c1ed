package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionCommandTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"godwit un, unlock", "godwit up --skip, --skip-failed", "godwit status -o j, json"})
  void bashCompletesCommandsOptionsAndValues(String typed, String completed) throws Exception {
    assumeThat(Path.of("/bin/bash")).as("needs bash").exists();
    Path script = Files.writeString(folder.resolve("completion"), Cli.run("completion").out());
    List<String> words = List.of(typed.split(" "));

    String reply =
        bash(
            "source %s; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_godwit; echo \"${COMPREPLY[@]}\""
                .formatted(script, typed, words.size() - 1));

    assertThat(reply.strip().split(" +")).contains(completed);
  }

  @Test
  void theOperatorsJobsAreNotOffered() {
    assertThat(Cli.run("--help").out()).contains("unlock").doesNotContain("  job ");
  }

  private static String bash(String command) throws IOException, InterruptedException {
    Process bash = new ProcessBuilder("/bin/bash", "-c", command).start();
    String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).isZero();
    return out;
  }
}
