package dev.godwit.bench;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/// The collection that is changed: documents of 250 bytes, each with an e-mail address of its own
/// in mixed case.
final class BenchData {

  static final String COLLECTION = "users";

  private static final int BATCH = 5_000;
  private static final String BIO =
      "Lives where the river meets the sea, counts waders at low tide and writes about their routes for a small paper there, twice a year.";

  private BenchData() {}

  /// Drops the collection and fills it anew.
  static MongoCollection<BsonDocument> seed(MongoDatabase database, int documents) {
    MongoCollection<BsonDocument> collection =
        database.getCollection(COLLECTION, BsonDocument.class);
    collection.drop();
    List<BsonDocument> batch = new ArrayList<>(BATCH);
    for (int i = 0; i < documents; i++) {
      batch.add(document(i));
      if (batch.size() == BATCH || i == documents - 1) {
        collection.insertMany(batch);
        batch.clear();
      }
    }
    return collection;
  }

  static BsonDocument document(int i) {
    return new BsonDocument("_id", new BsonInt32(i))
        .append("email", new BsonString("User%07d@Example.COM".formatted(i)))
        .append("name", new BsonString("User No. %07d".formatted(i)))
        .append("visits", new BsonInt32(i % 97))
        .append("bio", new BsonString(BIO));
  }
}
