package dev.godwit.engine.foreign;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.RunException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/// Reads another tool's collections; writes nothing.
public final class ForeignReader {

  private final MongoDatabase database;
  private final ForeignTool tool;
  private final Set<String> present;

  public ForeignReader(MongoDatabase database, ForeignTool tool) {
    this.database = database;
    this.tool = tool;
    this.present = database.listCollectionNames().into(new HashSet<>());
  }

  /// Reads its history.
  ///
  /// @param collection empty for the tool's own name of it
  /// @throws RunException with verdict `Refused` when there is none, or it is another tool's
  public ForeignHistory history(Optional<String> collection) {
    List<String> names = collection.map(List::of).orElse(tool.collections());
    return names.stream()
        .filter(present::contains)
        .findFirst()
        .map(name -> tool.read(all(name)))
        .orElseThrow(
            () ->
                RunException.refused(
                    "HistoryMissing",
                    null,
                    "database '%s' has no collection '%s', where %s writes its history; name the database with --database, the collection with --collection"
                        .formatted(database.getName(), String.join("' or '", names), tool.name())));
  }

  /// Refuses while the tool runs.
  ///
  /// @param collection empty for the tool's own name of its lock
  /// @throws RunException with verdict `Refused` when its lock is held
  public void requireUnlocked(Optional<String> collection) {
    for (String name : collection.map(List::of).orElse(tool.lockCollections())) {
      if (present.contains(name)) {
        tool.holder(all(name), Instant.now())
            .ifPresent(
                holder -> {
                  throw RunException.refused(
                      "ToolRuns",
                      null,
                      "%s's lock in '%s' is held (%s); wait until it has ended and stop what starts it. When nothing runs any more, free the lock the tool's way"
                          .formatted(tool.name(), name, holder));
                });
      }
    }
  }

  private List<Entry> all(String collection) {
    return database
        .getCollection(collection, BsonDocument.class)
        .find()
        .sort(new BsonDocument("_id", new BsonInt32(1)))
        .map(Entry::new)
        .into(new ArrayList<>());
  }
}
