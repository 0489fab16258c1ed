package dev.godwit.engine.backup;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.RunException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;

/// Options, indexes and validator of a collection that is loaded.
///
/// Validator and `hidden` come after the data by `collMod`: old documents may break a validator
/// that was set later, and not every server takes them at creation. What lets documents expire
/// comes last, after the comparison: those of an old backup have expired, and a server deletes them
/// within a minute.
final class Structure {

  private static final List<String> VALIDATION =
      List.of("validator", "validationLevel", "validationAction");

  /// Left by old servers, refused by new ones.
  private static final List<String> OBSOLETE = List.of("autoIndexId");

  private static final String EXPIRY = "expireAfterSeconds";

  private static final int NAMESPACE_EXISTS = 48;

  private final MongoDatabase database;
  private final LoadTarget target;

  Structure(MongoDatabase database, LoadTarget target) {
    this.database = database;
    this.target = target;
  }

  /// Creates the collection, without indexes and validator; its documents do not expire.
  ///
  /// @param again whether it may be there from a run before
  void create(boolean again) {
    BsonDocument command = new BsonDocument("create", new BsonString(target.name()));
    options()
        .forEach(
            (key, value) -> {
              if (!VALIDATION.contains(key) && !key.equals(EXPIRY)) {
                command.append(key, value);
              }
            });
    try {
      database.runCommand(command);
    } catch (MongoCommandException refused) {
      if (!again || refused.getCode() != NAMESPACE_EXISTS) {
        throw refused;
      }
    }
  }

  /// Builds the indexes, without those that let documents expire; what a run before began is joined
  /// by the server.
  void createIndexes() {
    createIndexes(false);
  }

  /// Whether documents expire in it.
  boolean isExpiring() {
    return options().containsKey(EXPIRY)
        || target.metadata().indexes().stream().anyMatch(Structure::isExpiring);
  }

  /// Lets documents expire from now on, as in the backup. Can be repeated.
  void letExpire() {
    createIndexes(true);
    BsonValue after = options().get(EXPIRY);
    if (after != null) {
      database.runCommand(
          new BsonDocument("collMod", new BsonString(target.name())).append(EXPIRY, after));
    }
  }

  private void createIndexes(boolean expiring) {
    Set<String> hiddenAlready = hiddenAlready();
    List<BsonDocument> indexes = new ArrayList<>();
    List<BsonDocument> hidden = new ArrayList<>();
    for (BsonDocument index : target.metadata().indexes()) {
      if (isImplied(index)
          || isExpiring(index) != expiring
          || hiddenAlready.contains(index.getString("name").getValue())) {
        continue;
      }
      BsonDocument spec = index.clone();
      if (spec.getBoolean("hidden", BsonBoolean.FALSE).getValue()) {
        spec.remove("hidden");
        hidden.add(spec);
      }
      indexes.add(spec);
    }
    if (!indexes.isEmpty()) {
      database.runCommand(
          new BsonDocument("createIndexes", new BsonString(target.name()))
              .append("indexes", new BsonArray(indexes)));
    }
    for (BsonDocument index : hidden) {
      database.runCommand(
          new BsonDocument("collMod", new BsonString(target.name()))
              .append(
                  "index",
                  new BsonDocument("name", index.get("name")).append("hidden", BsonBoolean.TRUE)));
    }
  }

  /// Sets the validator, if the collection has one.
  void setValidation() {
    BsonDocument command = new BsonDocument("collMod", new BsonString(target.name()));
    BsonDocument options = options();
    VALIDATION.stream()
        .filter(options::containsKey)
        .forEach(key -> command.append(key, options.get(key)));
    if (command.size() > 1) {
      database.runCommand(command);
    }
  }

  /// Compares with the backup what the server now says.
  ///
  /// @param expiring whether [#letExpire] has been called; otherwise what it does is left out
  /// @throws RunException when an option or an index differs
  void requireSame(boolean expiring) {
    CollectionMetadata found =
        ServerCollections.metadata(database, target.name())
            .orElseThrow(() -> target.differs("it does not exist", "", "nothing"));
    for (Map.Entry<String, BsonValue> option : options().entrySet()) {
      if (!expiring && option.getKey().equals(EXPIRY)) {
        continue;
      }
      BsonValue value = found.options().get(option.getKey());
      if (!option.getValue().equals(value)) {
        throw target.differs("option " + option.getKey(), option.getValue(), value);
      }
    }
    for (BsonDocument index : target.metadata().indexes()) {
      if ((expiring || !isExpiring(index)) && !found.indexes().contains(index)) {
        throw target.differs("indexes", target.metadata().indexes(), found.indexes());
      }
    }
  }

  private Set<String> hiddenAlready() {
    Set<String> names = new HashSet<>();
    for (BsonDocument index :
        database.getCollection(target.name()).listIndexes(BsonDocument.class)) {
      if (index.getBoolean("hidden", BsonBoolean.FALSE).getValue()) {
        names.add(index.getString("name").getValue());
      }
    }
    return names;
  }

  private BsonDocument options() {
    BsonDocument options = target.metadata().options().clone();
    OBSOLETE.forEach(options::remove);
    return options;
  }

  private static boolean isExpiring(BsonDocument index) {
    return index.containsKey(EXPIRY) && !index.containsKey("clustered");
  }

  /// The `_id` index, and the one that a clustered collection is.
  private static boolean isImplied(BsonDocument index) {
    return index.getString("name").getValue().equals("_id_")
        || index.getDocument("key").equals(new BsonDocument("_id", new BsonInt32(1)))
        || index.containsKey("clustered");
  }
}
