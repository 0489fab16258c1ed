package dev.godwit.engine.step;

import dev.godwit.engine.range.IdBounds;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonValue;

/// How far a [DocumentWalk] is. It is written before a range is worked on and names it: after a
/// crash only what is between `last` and `claimed` may be done in part.
///
/// @param pass 1, or 2 for the catch-up
/// @param bounds where the pass ends
/// @param last the `_id` up to which everything is done; null at the start of the pass
/// @param claimed the `_id` up to which work may have begun; null when none has
/// @param matched documents found, up to `last`
/// @param changed documents changed, as far as they are counted
record WalkCheckpoint(
    int pass, IdBounds bounds, BsonValue last, BsonValue claimed, long matched, long changed) {

  static WalkCheckpoint start(int pass, IdBounds bounds, long matched, long changed) {
    return new WalkCheckpoint(pass, bounds, null, null, matched, changed);
  }

  /// Work is about to begin up to `upper`.
  WalkCheckpoint claim(BsonValue upper) {
    return new WalkCheckpoint(pass, bounds, last, upper, matched, changed);
  }

  /// Everything up to `upper` is done.
  WalkCheckpoint done(BsonValue upper) {
    return new WalkCheckpoint(pass, bounds, upper, claimed, matched, changed);
  }

  /// One more range is counted.
  WalkCheckpoint counting(Workers.Done range) {
    return new WalkCheckpoint(
        pass, bounds, last, claimed, matched + range.matched(), changed + range.changed());
  }

  BsonDocument toBson() {
    BsonDocument document =
        new BsonDocument("pass", new BsonInt32(pass))
            .append("bounds", bounds.toBson())
            .append("matched", new BsonInt64(matched))
            .append("changed", new BsonInt64(changed));
    if (last != null) {
      document.append("last", last);
    }
    return claimed == null ? document : document.append("claimed", claimed);
  }

  static WalkCheckpoint of(BsonDocument document) {
    return new WalkCheckpoint(
        document.getNumber("pass").intValue(),
        IdBounds.fromBson(document.getArray("bounds")),
        document.get("last"),
        document.get("claimed"),
        document.getNumber("matched").longValue(),
        document.getNumber("changed").longValue());
  }
}
