package dev.godwit.engine.plan;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.CountOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNumber;
import org.bson.BsonString;

/// How much is in the collections: each is asked once.
final class CollectionFacts {

  /// @param documents by the server's own books
  /// @param averageBytes of a document, uncompressed
  record Size(long documents, long averageBytes) {
    long bytes() {
      return documents * averageBytes;
    }
  }

  private static final long COUNT_SECONDS = 60;
  private static final int MAX_TIME_EXPIRED = 50;

  private final MongoDatabase database;
  private final Map<String, Size> sizes = new HashMap<>();

  CollectionFacts(MongoDatabase database) {
    this.database = database;
  }

  MongoCollection<BsonDocument> collection(String name) {
    return database.getCollection(name, BsonDocument.class);
  }

  /// @param name null for a collection that is not there yet
  Size size(String name) {
    return name == null ? new Size(0, 0) : sizes.computeIfAbsent(name, this::read);
  }

  private Size read(String name) {
    long documents = collection(name).estimatedDocumentCount();
    try {
      BsonDocument stats =
          database.runCommand(
              new BsonDocument("collStats", new BsonString(name)), BsonDocument.class);
      BsonNumber average = stats.getNumber("avgObjSize", new BsonInt32(0));
      return new Size(documents, average.longValue());
    } catch (MongoCommandException notAllowed) {
      return new Size(documents, 0);
    }
  }

  /// How many documents match; empty when counting takes longer than a minute.
  OptionalLong count(String name, BsonDocument filter, CountOptions options) {
    try {
      return OptionalLong.of(
          filter.isEmpty()
              ? size(name).documents()
              : collection(name)
                  .countDocuments(filter, options.maxTime(COUNT_SECONDS, TimeUnit.SECONDS)));
    } catch (MongoExecutionTimeoutException tooLong) {
      return OptionalLong.empty();
    }
  }

  /// How many documents a pipeline yields; empty when that takes longer than a minute.
  OptionalLong count(String name, List<BsonDocument> stages) {
    List<BsonDocument> counting = new java.util.ArrayList<>(stages);
    counting.add(new BsonDocument("$count", new BsonString("n")));
    try {
      BsonDocument counted =
          collection(name)
              .aggregate(counting)
              .allowDiskUse(true)
              .maxTime(COUNT_SECONDS, TimeUnit.SECONDS)
              .first();
      return OptionalLong.of(counted == null ? 0 : counted.getNumber("n").longValue());
    } catch (MongoCommandException failed) {
      if (failed.getErrorCode() == MAX_TIME_EXPIRED) {
        return OptionalLong.empty();
      }
      throw failed;
    } catch (MongoExecutionTimeoutException tooLong) {
      return OptionalLong.empty();
    }
  }
}
