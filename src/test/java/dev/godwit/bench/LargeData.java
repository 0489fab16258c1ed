package dev.godwit.bench;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.InsertManyOptions;
import dev.godwit.engine.bson.Bson;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.types.ObjectId;

/// A large collection, each document known by its number: of ten `_id`s five are ObjectIds, four
/// 64-bit integers, one a string.
///
/// @param seed of what is random in the documents
record LargeData(long seed, long documents) {

  static final String COLLECTION = "orders";

  private static final int BATCH = 5_000;
  private static final int LOADERS = 4;
  private static final long REPORT_NANOS = 10_000_000_000L;
  private static final String NOTE =
      "Leave the parcel with the neighbour on the ground floor if nobody opens; the bell is broken, and the dog is loud but friendly.";

  /// Drops the collection and fills it anew, by unordered inserts of raw documents, several at
  /// once.
  void load(MongoDatabase database) {
    MongoCollection<RawBsonDocument> collection =
        database.getCollection(COLLECTION, RawBsonDocument.class);
    collection.drop();
    database.createCollection(COLLECTION);
    AtomicLong next = new AtomicLong();
    AtomicLong loaded = new AtomicLong();
    long start = System.nanoTime();
    AtomicLong reported = new AtomicLong(start);
    try (ExecutorService loaders = Executors.newFixedThreadPool(LOADERS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < LOADERS; i++) {
        running.add(
            loaders.submit(
                () -> {
                  for (long from = next.getAndAdd(BATCH);
                      from < documents;
                      from = next.getAndAdd(BATCH)) {
                    long count = insert(collection, from);
                    report(loaded.addAndGet(count), start, reported);
                  }
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException failed) {
      throw new IllegalStateException(failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private long insert(MongoCollection<RawBsonDocument> collection, long from) {
    long to = Math.min(documents, from + BATCH);
    List<RawBsonDocument> batch = new ArrayList<>(BATCH);
    for (long i = from; i < to; i++) {
      batch.add(new RawBsonDocument(Bson.bytes(document(i))));
    }
    collection.insertMany(batch, new InsertManyOptions().ordered(false));
    return to - from;
  }

  private void report(long loaded, long start, AtomicLong reported) {
    long now = System.nanoTime();
    long last = reported.get();
    if (now - last > REPORT_NANOS && reported.compareAndSet(last, now)) {
      double rate = loaded / ((now - start) / 1e9);
      System.out.printf(
          "  loaded %,d of %,d, %,.0f/s, %,.0f s left%n",
          loaded, documents, rate, (documents - loaded) / rate);
    }
  }

  /// The document of a number.
  BsonDocument document(long number) {
    SplittableRandom random = new SplittableRandom(seed ^ number);
    return new BsonDocument("_id", id(number))
        .append("number", new BsonString("ORD-%010d".formatted(number)))
        .append("customer", new BsonInt64(random.nextLong(1_000_000)))
        .append("placed", new BsonDateTime(1_700_000_000_000L + random.nextLong(50_000_000_000L)))
        .append("items", new BsonInt32(random.nextInt(1, 12)))
        .append("total", new BsonDouble(random.nextInt(100, 1_000_000) / 100.0))
        .append("note", new BsonString(NOTE));
  }

  private BsonValue id(long number) {
    int kind = (int) (number % 10);
    if (kind < 5) {
      // Its time first, as drivers make them.
      return new BsonObjectId(
          new ObjectId(
              ByteBuffer.allocate(12)
                  .putInt(0x66000000 + (int) (number / 1_000))
                  .putLong(number)
                  .array()));
    }
    return kind < 9 ? new BsonInt64(number) : new BsonString("o%010d".formatted(number));
  }
}
