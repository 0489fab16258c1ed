package dev.godwit.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `docs/runbooks`.
public final class Runbooks {

  public static final Path FOLDER = Path.of("docs/runbooks");

  private Runbooks() {}

  /// The shell blocks under "Diagnosis", which only look.
  public static List<String> looks() {
    List<String> blocks = new ArrayList<>();
    try (var files = Files.list(FOLDER)) {
      for (Path file : files.sorted().toList()) {
        String text = Files.readString(file);
        int from = text.indexOf("\n## Diagnosis\n");
        int to = text.indexOf("\n## Mitigation\n");
        if (from >= 0) {
          blocks.addAll(blocks(text.substring(from, to)));
        }
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return blocks;
  }

  private static List<String> blocks(String text) {
    List<String> blocks = new ArrayList<>();
    String[] parts = text.split("```");
    for (int i = 1; i < parts.length; i += 2) {
      if (parts[i].startsWith("sh\n")) {
        blocks.add(parts[i].substring(3));
      }
    }
    return blocks;
  }
}
