package dev.godwit.engine.backup;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.MongoIterable;
import dev.godwit.engine.range.IdBracket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;

/// Finds `_id`s at which a collection is cut into ranges that hold about as much each.
///
/// They come from a sample: servers have a quick way to take a small one from a large collection.
/// Where the sample would not be small, or the server does not answer soon, the index of `_id` is
/// walked instead. It is always the server that puts them into order. That the collection changes
/// meanwhile makes ranges unequal, never wrong.
final class Boundaries {

  private static final int SAMPLED_FOR_EACH = 20;

  /// MongoDB takes a sample by random look-ups as long as it is less than 5 percent.
  private static final int LEAST_DOCUMENTS_FOR_EACH_SAMPLED = 21;

  private static final long PATIENCE_MILLIS = 2_000;

  private static final BsonDocument ID = new BsonDocument("_id", new BsonInt32(1));

  private final MongoCollection<BsonDocument> collection;
  private final CollectionSize size;

  Boundaries(MongoDatabase database, CollectionMetadata metadata, CollectionSize size) {
    this.collection = database.getCollection(metadata.dataCollection(), BsonDocument.class);
    this.size = size;
  }

  /// @param ranges how many there should be, about
  /// @return in the server's order, each once; empty for one range
  List<BsonValue> find(int ranges) {
    if (ranges < 2) {
      return List.of();
    }
    int sampled = ranges * SAMPLED_FOR_EACH;
    if (size.documents() >= (long) sampled * LEAST_DOCUMENTS_FOR_EACH_SAMPLED) {
      try {
        return evenly(sample(sampled), ranges);
      } catch (MongoCommandException refused) {
        // Too slow, or unknown to the server: the walk does it, or tells what is wrong.
        return walk(Math.max(1, size.documents() / ranges));
      }
    }
    return walk(Math.max(1, size.documents() / ranges));
  }

  private List<BsonValue> sample(int documents) {
    return ids(
        collection
            .aggregate(
                List.of(
                    new BsonDocument("$sample", new BsonDocument("size", new BsonInt32(documents))),
                    new BsonDocument("$project", ID),
                    new BsonDocument("$sort", ID)))
            .maxTime(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
  }

  static List<BsonValue> evenly(List<BsonValue> sample, int ranges) {
    List<BsonValue> chosen = new ArrayList<>();
    for (int i = 1; i < ranges; i++) {
      int index = (int) ((long) sample.size() * i / ranges);
      if (index < sample.size()
          && (chosen.isEmpty() || !chosen.getLast().equals(sample.get(index)))) {
        chosen.add(sample.get(index));
      }
    }
    return chosen;
  }

  private List<BsonValue> walk(long step) {
    List<BsonValue> found = new ArrayList<>();
    for (IdBracket bracket : IdBracket.values()) {
      List<BsonValue> next = after(bracket, null, step);
      while (!next.isEmpty() && !bracket.isSingle()) {
        found.add(next.getFirst());
        next = after(bracket, next.getFirst(), step);
      }
    }
    return found;
  }

  private List<BsonValue> after(IdBracket bracket, BsonValue last, long step) {
    return ids(
        collection
            .find(bracket.condition(last, null))
            .projection(ID)
            .sort(ID)
            .skip((int) Math.min(step, Integer.MAX_VALUE))
            .limit(1));
  }

  /// Whether every `_id` is in some bracket. Those that are not come next to the ends of the order.
  boolean areEnough() {
    for (int direction : new int[] {1, -1}) {
      List<BsonValue> ends =
          ids(
              collection
                  .find()
                  .projection(ID)
                  .sort(new BsonDocument("_id", new BsonInt32(direction)))
                  .limit(2));
      if (!ends.stream().allMatch(IdBracket::isKnown)) {
        return false;
      }
    }
    return true;
  }

  private static List<BsonValue> ids(MongoIterable<BsonDocument> documents) {
    List<BsonValue> ids = new ArrayList<>();
    documents.map(document -> document.get("_id")).into(ids);
    return ids;
  }

  /// The index by which ranges are found: whether the collection has it.
  static boolean hasIdIndex(CollectionMetadata collection) {
    return collection.options().containsKey("clusteredIndex")
        || collection.type().equals(CollectionMetadata.TIMESERIES)
        || collection.indexes().stream()
            .anyMatch(
                index -> index.getString("name", new BsonString("")).getValue().equals("_id_"));
  }
}
