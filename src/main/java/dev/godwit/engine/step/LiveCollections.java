package dev.godwit.engine.step;

import com.mongodb.client.MongoDatabase;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;

/// The collections of a database at a moment, with the identities that a server gives them: a
/// collection keeps its identity when it is renamed, and a new one of the same name has another.
///
/// @param identities `info.uuid` of listCollections by name; null where a server gives none
record LiveCollections(Map<String, BsonValue> identities) {

  static LiveCollections read(MongoDatabase database) {
    Map<String, BsonValue> identities = new TreeMap<>();
    for (BsonDocument info : database.listCollections(BsonDocument.class)) {
      identities.put(
          info.getString("name").getValue(),
          info.getDocument("info", new BsonDocument()).getOrDefault("uuid", BsonNull.VALUE));
    }
    return new LiveCollections(identities);
  }

  boolean has(String name) {
    return identities.containsKey(name);
  }

  /// The identity of a collection; null when there is no such collection.
  BsonValue identity(String name) {
    return identities.getOrDefault(name, BsonNull.VALUE);
  }

  /// Whether the collection of this name is that one.
  boolean is(String name, BsonValue identity) {
    return !identity.isNull() && identity(name).equals(identity);
  }
}
