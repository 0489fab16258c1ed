package dev.godwit.engine.range;

import com.mongodb.client.MongoCollection;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;

/// The highest `_id` of each bracket that has documents, as it was at a moment: where a walk ends,
/// however much an application inserts meanwhile.
///
/// @param highest by bracket
public record IdBounds(Map<IdBracket, BsonValue> highest) {

  /// Reads the bounds of a collection: one indexed look-up for each bracket.
  public static IdBounds read(MongoCollection<BsonDocument> collection) {
    Map<IdBracket, BsonValue> highest = new EnumMap<>(IdBracket.class);
    for (IdBracket bracket : IdBracket.values()) {
      BsonDocument last =
          collection
              .find(bracket.condition(null, null))
              .projection(new BsonDocument("_id", new BsonInt32(1)))
              .sort(new BsonDocument("_id", new BsonInt32(-1)))
              .first();
      if (last != null) {
        highest.put(bracket, last.get("_id"));
      }
    }
    return new IdBounds(highest);
  }

  /// The bounds as BSON.
  public BsonArray toBson() {
    return new BsonArray(highest.values().stream().toList());
  }

  /// The bounds from [#toBson].
  public static IdBounds fromBson(BsonArray array) {
    Map<IdBracket, BsonValue> highest = new EnumMap<>(IdBracket.class);
    array.forEach(id -> highest.put(IdBracket.of(id), id));
    return new IdBounds(highest);
  }

  /// These bounds, but not beyond `id`.
  public IdBounds upTo(BsonValue id) {
    IdBracket end = IdBracket.of(id);
    Map<IdBracket, BsonValue> lower = new EnumMap<>(IdBracket.class);
    highest.forEach(
        (bracket, bound) -> {
          if (bracket.compareTo(end) < 0) {
            lower.put(bracket, bound);
          }
        });
    lower.put(end, id);
    return new IdBounds(lower);
  }

  /// The first bracket with documents, at or after `from`; null when there is none.
  IdBracket bracketFrom(IdBracket from) {
    return Arrays.stream(IdBracket.values())
        .skip(from == null ? 0 : from.ordinal())
        .filter(highest::containsKey)
        .findFirst()
        .orElse(null);
  }

  /// The last bracket with documents, at or before `to`; null when there is none.
  IdBracket bracketUpTo(IdBracket to) {
    return Arrays.stream(IdBracket.values())
        .limit(to.ordinal() + 1L)
        .filter(highest::containsKey)
        .reduce(null, (before, bracket) -> bracket);
  }
}
