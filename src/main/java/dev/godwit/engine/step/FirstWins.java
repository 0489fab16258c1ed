package dev.godwit.engine.step;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.InsertManyOptions;
import java.util.List;
import org.bson.BsonDocument;

/// Inserts documents of Godwit's own; one whose `_id` is there already stays as it is. So an insert
/// may be repeated after a crash.
final class FirstWins {

  private FirstWins() {}

  /// Inserts what is not there.
  static void insert(MongoCollection<BsonDocument> collection, List<BsonDocument> documents) {
    if (documents.isEmpty()) {
      return;
    }
    try {
      collection.insertMany(documents, new InsertManyOptions().ordered(false));
    } catch (MongoBulkWriteException some) {
      DuplicateKeys.orThrow(some);
    }
  }
}
