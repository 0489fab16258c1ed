package dev.godwit.engine.range;

import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// A stretch of the `_id`s of one bracket, half open: `from` belongs to it, `to` does not.
///
/// @param bracket of its `_id`s
/// @param from its lowest `_id`; null for the bracket's start
/// @param to the lowest `_id` after it; null for the bracket's end
public record IdRange(IdBracket bracket, BsonValue from, BsonValue to) {

  /// Cuts all `_id`s that a walk can meet into ranges. Every bracket is covered from its start to
  /// its end, so no range depends on what was in the collection when its boundaries were chosen.
  ///
  /// @param boundaries `_id`s in the server's order, each once
  public static List<IdRange> split(List<BsonValue> boundaries) {
    List<IdRange> ranges = new ArrayList<>();
    for (IdBracket bracket : IdBracket.values()) {
      BsonValue from = null;
      for (BsonValue boundary : boundaries) {
        if (IdBracket.of(boundary) == bracket && !bracket.isSingle()) {
          ranges.add(new IdRange(bracket, from, boundary));
          from = boundary;
        }
      }
      ranges.add(new IdRange(bracket, from, null));
    }
    return ranges;
  }

  /// Whether it holds at most one `_id`, so that nothing comes after a first page.
  public boolean isSingle() {
    return bracket.isSingle();
  }

  /// The condition on `_id`: in this range, after `last` (null: from its start).
  public BsonDocument condition(BsonValue last) {
    if (bracket.isSingle()) {
      return bracket.condition(null, null);
    }
    BsonDocument range =
        last != null
            ? new BsonDocument("$gt", last)
            : new BsonDocument("$gte", from == null ? bracket.lowest() : from);
    if (to != null) {
      range.append("$lt", to);
    }
    return new BsonDocument("_id", range);
  }
}
