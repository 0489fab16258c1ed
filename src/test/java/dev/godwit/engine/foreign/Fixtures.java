package dev.godwit.engine.foreign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bson.BsonDocument;

/// Histories as the tools write them, `src/test/resources/foreign`.
public final class Fixtures {

  private static final Path FOLDER = Path.of("src/test/resources/foreign");

  private Fixtures() {}

  /// The documents of a tool's collection.
  public static List<BsonDocument> documents(String tool, String collection) {
    try {
      return Files.readAllLines(FOLDER.resolve(tool).resolve(collection + ".ejson")).stream()
          .map(BsonDocument::parse)
          .toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  static List<Entry> entries(String tool, String collection) {
    return documents(tool, collection).stream().map(Entry::new).toList();
  }
}
