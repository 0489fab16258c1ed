package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each patch that takes a protection out (`make test-mutations`, `make test-fault-mutations`) fits
/// the sources: when they change, so does the patch.
class MutationsTest {

  static List<Path> patches() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/mutations"))) {
      return files.filter(it -> it.toString().endsWith(".patch")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("patches")
  void fits(Path patch) throws IOException, InterruptedException {
    Process git =
        new ProcessBuilder("git", "apply", "--check", patch.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(git.getInputStream().readAllBytes());
    assertThat(git.waitFor()).as("%s: %s", patch, said).isZero();
  }
}
