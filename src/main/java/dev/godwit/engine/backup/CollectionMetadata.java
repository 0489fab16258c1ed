package dev.godwit.engine.backup;

import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInvalidOperationException;
import org.bson.BsonString;
import org.bson.json.JsonMode;
import org.bson.json.JsonParseException;
import org.bson.json.JsonWriterSettings;

/// What is known of a collection besides its documents, in mongodump's form.
///
/// @param name the collection
/// @param type `collection`, `view` or `timeseries`
/// @param options as `listCollections` gives them
/// @param indexes as `listIndexes` gives them, without what only the server says
/// @param uuid 32 hexadecimal digits, or null
record CollectionMetadata(
    String name, String type, BsonDocument options, List<BsonDocument> indexes, String uuid) {

  static final String COLLECTION = "collection";
  static final String VIEW = "view";
  static final String TIMESERIES = "timeseries";

  private static final JsonWriterSettings CANONICAL =
      JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

  /// The collection of the server that holds the documents.
  static String dataCollection(String name, String type) {
    return type.equals(TIMESERIES) ? "system.buckets." + name : name;
  }

  String dataCollection() {
    return dataCollection(name, type);
  }

  /// The same under another name.
  CollectionMetadata renamed(String other) {
    return new CollectionMetadata(other, type, options, indexes, uuid);
  }

  boolean isView() {
    return type.equals(VIEW);
  }

  /// Canonical extended JSON.
  String toJson() {
    BsonDocument document =
        new BsonDocument("options", options).append("indexes", new BsonArray(indexes));
    if (uuid != null) {
      document.append("uuid", new BsonString(uuid));
    }
    return document
        .append("collectionName", new BsonString(name))
        .append("type", new BsonString(type))
        .toJson(CANONICAL);
  }

  /// What a server says of an index and does not take back: the namespace (MongoDB before 4.4), and
  /// FerretDB's `storageEngine: {enableOrderedIndex: true}`. On MongoDB that option holds a
  /// document for each engine; it is the user's, and stays.
  static BsonDocument withoutServersOwn(BsonDocument index) {
    index.remove("ns");
    if (index.isDocument("storageEngine")) {
      BsonDocument engines = index.getDocument("storageEngine");
      if (engines.remove("enableOrderedIndex") != null && engines.isEmpty()) {
        index.remove("storageEngine");
      }
    }
    return index;
  }

  static CollectionMetadata fromJson(String name, String json) throws MalformedArchiveException {
    if (json.isEmpty()) {
      return new CollectionMetadata(name, COLLECTION, new BsonDocument(), List.of(), null);
    }
    try {
      BsonDocument document = OperatorSafeJson.parse(json);
      return new CollectionMetadata(
          name,
          document.getString("type", new BsonString(COLLECTION)).getValue(),
          document.getDocument("options", new BsonDocument()),
          document.getArray("indexes", new BsonArray()).stream()
              .map(index -> withoutServersOwn(index.asDocument()))
              .toList(),
          document.containsKey("uuid") ? document.getString("uuid").getValue() : null);
    } catch (JsonParseException | BsonInvalidOperationException malformed) {
      throw new MalformedArchiveException(
          "the metadata of '%s' cannot be read: %s".formatted(name, malformed.getMessage()),
          malformed);
    }
  }
}
