package dev.godwit.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where tools that are compared are built: below `target`.
final class Workshop {

  private Workshop() {}

  /// A folder of a tool, made if it is not there.
  static Path folder(String... names) {
    Path folder = Path.of("target", "bench-tools").toAbsolutePath();
    for (String name : names) {
      folder = folder.resolve(name);
    }
    try {
      return Files.createDirectories(folder);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /// The `java` of this process.
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
