package dev.godwit.testing.seed;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.InsertManyOptions;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;

/// Inserts documents into a collection, many at a time. Closing it inserts the rest.
final class Batch implements AutoCloseable {

  private static final int SIZE = 5_000;
  private static final InsertManyOptions UNORDERED = new InsertManyOptions().ordered(false);

  private final MongoCollection<Document> collection;
  private final List<Document> waiting = new ArrayList<>(SIZE);

  Batch(MongoDatabase database, String collection) {
    this.collection = database.getCollection(collection);
  }

  void add(Document document) {
    waiting.add(document);
    if (waiting.size() == SIZE) {
      flush();
    }
  }

  private void flush() {
    if (!waiting.isEmpty()) {
      collection.insertMany(waiting, UNORDERED);
      waiting.clear();
    }
  }

  @Override
  public void close() {
    flush();
  }
}
