package dev.godwit.engine.backup;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoDatabase;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/// How large a collection is, as its server estimates.
///
/// @param documents their number
/// @param bytes of all documents
record CollectionSize(long documents, long bytes) {

  static final CollectionSize UNKNOWN = new CollectionSize(0, 0);

  static CollectionSize of(MongoDatabase database, CollectionMetadata collection) {
    return collection.isView() ? UNKNOWN : of(database, collection.name());
  }

  /// Of a view nothing is known.
  static CollectionSize of(MongoDatabase database, String collection) {
    try {
      BsonDocument stats =
          database.runCommand(
              new BsonDocument("collStats", new BsonString(collection)), BsonDocument.class);
      return new CollectionSize(number(stats, "count"), number(stats, "size"));
    } catch (MongoCommandException refused) {
      return UNKNOWN;
    }
  }

  private static long number(BsonDocument stats, String key) {
    return Math.max(0, stats.getNumber(key, new BsonInt64(0)).longValue());
  }

  /// Bytes of a document; 0 when nothing is known.
  long average() {
    return documents == 0 ? 0 : bytes / documents;
  }
}
