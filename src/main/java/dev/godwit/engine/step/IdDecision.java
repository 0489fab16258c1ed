package dev.godwit.engine.step;

import java.util.List;
import java.util.function.IntFunction;
import org.bson.BsonString;
import org.bson.BsonValue;

/// An expression that gives each document of a list its own value, by its `_id`: a tree of
/// comparisons, so that the server compares ten `_id`s for one of a thousand documents. Neighbours
/// with the same value share a leaf. A tree of 1,000 documents is 20 levels of BSON deep.
final class IdDecision {

  private static final BsonString ID = new BsonString("$_id");

  private final List<BsonValue> ids;
  private final int[] kinds;
  private final IntFunction<BsonValue> leaf;

  private IdDecision(List<BsonValue> ids, int[] kinds, IntFunction<BsonValue> leaf) {
    this.ids = ids;
    this.kinds = kinds;
    this.leaf = leaf;
  }

  /// @param ids in the server's order, of one type bracket
  /// @param kinds of each `_id` a number that tells which value it has
  /// @param leaf the value of the document at an index
  static BsonValue tree(List<BsonValue> ids, int[] kinds, IntFunction<BsonValue> leaf) {
    return new IdDecision(ids, kinds, leaf).between(0, ids.size());
  }

  private BsonValue between(int from, int to) {
    if (uniform(from, to)) {
      return leaf.apply(from);
    }
    int middle = (from + to) >>> 1;
    return FieldValues.call(
        "$cond",
        FieldValues.call("$lt", ID, FieldValues.literal(ids.get(middle))),
        between(from, middle),
        between(middle, to));
  }

  private boolean uniform(int from, int to) {
    for (int i = from + 1; i < to; i++) {
      if (kinds[i] != kinds[from]) {
        return false;
      }
    }
    return true;
  }
}
