package dev.godwit.engine.check;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.bson.Bson;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;

/// What a pipeline yields: a few documents, and how many there are. They are counted only when
/// somebody asks.
///
/// @param first up to five
record Yield(
    MongoCollection<BsonDocument> collection, List<BsonDocument> stages, List<BsonDocument> first) {

  private static final int SAMPLE = 5;
  private static final int LONGEST = 200;

  static Yield of(MongoDatabase database, String name, List<BsonDocument> stages) {
    MongoCollection<BsonDocument> collection = database.getCollection(name, BsonDocument.class);
    List<BsonDocument> limited = new ArrayList<>(stages);
    limited.add(new BsonDocument("$limit", new BsonInt32(SAMPLE)));
    return new Yield(
        collection,
        stages,
        collection.aggregate(limited).allowDiskUse(true).into(new ArrayList<>()));
  }

  boolean isEmpty() {
    return first.isEmpty();
  }

  long count() {
    List<BsonDocument> counting = new ArrayList<>(stages);
    counting.add(new BsonDocument("$count", new BsonString("n")));
    BsonDocument counted = collection.aggregate(counting).allowDiskUse(true).first();
    return counted == null ? 0 : counted.getNumber("n").longValue();
  }

  /// The `_id`s of the first documents, never values: this ends in a status that many may read.
  String sample() {
    return sample(document -> Bson.shell(document.get("_id", new BsonNull())));
  }

  String sample(Function<BsonDocument, String> words) {
    return first.stream().map(words).map(Yield::shortened).collect(Collectors.joining(", "));
  }

  static String shortened(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
  }
}
