package dev.godwit.cli;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.RunException;
import dev.godwit.engine.ServerMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInvalidOperationException;
import org.bson.json.JsonParseException;

/// Documents in files, one collection a file: `users.json` holds an array, or a document a line (as
/// mongoexport writes them), in extended JSON.
final class Fixtures {

  private static final String SUFFIX = ".json";

  private final Path folder;

  /// @param folder has the files, or a folder for each database that has them
  /// @throws RunException with verdict `Refused` when it is none
  Fixtures(Path folder) {
    this.folder = folder;
    if (!Files.isDirectory(folder)) {
      throw refused(folder, "is no folder");
    }
  }

  /// Puts them into a database.
  ///
  /// @param name the database that they are for
  /// @throws RunException with verdict `Refused` and the file and line that is wrong
  void load(String name, MongoDatabase into) {
    Path own = folder.resolve(name);
    try (Stream<Path> files = Files.list(Files.isDirectory(own) ? own : folder)) {
      for (Path file : files.filter(it -> it.toString().endsWith(SUFFIX)).sorted().toList()) {
        List<BsonDocument> documents = read(file);
        String fileName = file.getFileName().toString();
        String collection = fileName.substring(0, fileName.length() - SUFFIX.length());
        MongoCollection<BsonDocument> target = into.getCollection(collection, BsonDocument.class);
        if (documents.isEmpty()) {
          into.createCollection(collection);
        } else {
          target.insertMany(documents);
        }
      }
    } catch (IOException unreadable) {
      throw refused(folder, "cannot be read: " + unreadable.getMessage());
    } catch (MongoException failed) {
      throw refused(folder, "is not taken by the server: " + ServerMessage.of(failed));
    }
  }

  private static List<BsonDocument> read(Path file) throws IOException {
    String text = Files.readString(file).strip();
    try {
      if (text.startsWith("[")) {
        return BsonArray.parse(text).stream().map(value -> value.asDocument()).toList();
      }
    } catch (JsonParseException | BsonInvalidOperationException wrong) {
      throw refused(file, "is no array of documents: " + wrong.getMessage());
    }
    List<BsonDocument> documents = new ArrayList<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      try {
        if (!line.isBlank()) {
          documents.add(BsonDocument.parse(line));
        }
      } catch (JsonParseException wrong) {
        throw refused(file, "line %d is no document: %s".formatted(number, wrong.getMessage()));
      }
    }
    return documents;
  }

  private static RunException refused(Path path, String what) {
    return RunException.refused("InvalidFixtures", "--fixtures", "'%s' %s".formatted(path, what));
  }
}
