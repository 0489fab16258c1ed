package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The formatter breaks a line of a `///` comment that is too long, and its rest becomes a `//`
/// comment, which javadoc leaves out.
class CommentsTest {

  @Test
  void noLineOfAJavadocWasBrokenByTheFormatter() throws IOException {
    List<String> broken = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      for (Path file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
        List<String> lines = Files.readAllLines(file);
        for (int i = 1; i < lines.size(); i++) {
          if (lines.get(i - 1).strip().startsWith("///")
              && lines.get(i).strip().startsWith("// ")) {
            broken.add(file + ":" + (i + 1));
          }
        }
      }
    }
    assertThat(broken).as("wrap these lines of `///` by hand, at 100 columns").isEmpty();
  }
}
