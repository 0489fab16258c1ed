package dev.godwit.engine.scratch;

import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.bson.Bson;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/// The documents that differ between a collection as it was and as it is. Some documents are held
/// at a time, never the collection.
final class CollectionDifference {

  private static final int BATCH_DOCUMENTS = 500;
  private static final long BATCH_BYTES = 8L << 20;
  private static final int SAMPLE = 5;
  private static final BsonDocument ID_ONLY = new BsonDocument("_id", new BsonInt32(1));

  /// Some `_id`s, and how many there are.
  private static final class Found {
    private final String what;
    private final List<String> sample = new ArrayList<>();
    private long count;

    Found(String what) {
      this.what = what;
    }

    void add(BsonValue id) {
      count++;
      if (sample.size() < SAMPLE) {
        sample.add(Bson.shell(id));
      }
    }
  }

  private final MongoCollection<RawBsonDocument> was;
  private final MongoCollection<RawBsonDocument> is;
  private final StopSignal stop;

  CollectionDifference(
      MongoCollection<RawBsonDocument> was, MongoCollection<RawBsonDocument> is, StopSignal stop) {
    this.was = was;
    this.is = is;
    this.stop = stop;
  }

  /// In words, such as "has 2 documents that differ, for example _id 1, 2".
  List<String> find() {
    Found changed = new Found("documents that differ");
    Found missing = new Found("documents less");
    Found added = new Found("documents that were not there before");
    eachBatch(
        was.find(),
        batch -> {
          Map<BsonValue, RawBsonDocument> now = lookUp(is, batch.keySet(), null);
          batch.forEach(
              (id, document) -> {
                RawBsonDocument other = now.get(id);
                if (other == null) {
                  missing.add(id);
                } else if (!document
                    .getByteBuffer()
                    .asNIO()
                    .equals(other.getByteBuffer().asNIO())) {
                  changed.add(id);
                }
              });
        });
    eachBatch(
        is.find().projection(ID_ONLY),
        batch -> {
          Map<BsonValue, RawBsonDocument> before = lookUp(was, batch.keySet(), ID_ONLY);
          batch.keySet().stream().filter(id -> !before.containsKey(id)).forEach(added::add);
        });
    return List.of(changed, missing, added).stream()
        .filter(found -> found.count > 0)
        .map(
            found ->
                "has %d %s, for example _id %s"
                    .formatted(found.count, found.what, String.join(", ", found.sample)))
        .toList();
  }

  /// What is done with some documents.
  @FunctionalInterface
  private interface Batch {
    void take(Map<BsonValue, RawBsonDocument> documents);
  }

  private void eachBatch(FindIterable<RawBsonDocument> documents, Batch each) {
    Map<BsonValue, RawBsonDocument> batch = new TreeMap<>(Bson.BY_BYTES);
    long bytes = 0;
    try (MongoCursor<RawBsonDocument> cursor = documents.batchSize(BATCH_DOCUMENTS).cursor()) {
      while (cursor.hasNext()) {
        RawBsonDocument document = cursor.next();
        batch.put(document.get("_id"), document);
        bytes += document.getByteBuffer().remaining();
        if (batch.size() == BATCH_DOCUMENTS || bytes > BATCH_BYTES) {
          stop.check();
          each.take(batch);
          batch.clear();
          bytes = 0;
        }
      }
    }
    if (!batch.isEmpty()) {
      each.take(batch);
    }
  }

  private static Map<BsonValue, RawBsonDocument> lookUp(
      MongoCollection<RawBsonDocument> collection,
      Collection<BsonValue> ids,
      BsonDocument projection) {
    Map<BsonValue, RawBsonDocument> found = new TreeMap<>(Bson.BY_BYTES);
    collection
        .find(new BsonDocument("_id", new BsonDocument("$in", new BsonArray(new ArrayList<>(ids)))))
        .projection(projection)
        .forEach(document -> found.put(document.get("_id"), document));
    return found;
  }
}
