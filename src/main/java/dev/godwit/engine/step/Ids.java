package dev.godwit.engine.step;

import dev.godwit.engine.bson.Bson;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// The `_id`s of documents. Two are the same when their bytes are.
final class Ids {

  private Ids() {}

  /// In the order of the documents.
  static List<BsonValue> of(Collection<BsonDocument> documents) {
    return documents.stream().map(document -> document.get("_id")).toList();
  }

  /// To ask whether one is among them.
  static Set<BsonValue> set(Collection<BsonValue> ids) {
    Set<BsonValue> set = new TreeSet<>(Bson.BY_BYTES);
    set.addAll(ids);
    return set;
  }

  /// Documents by their `_id`.
  static Map<BsonValue, BsonDocument> map(Iterable<BsonDocument> documents) {
    Map<BsonValue, BsonDocument> map = new TreeMap<>(Bson.BY_BYTES);
    documents.forEach(document -> map.put(document.get("_id"), document));
    return map;
  }
}
