package dev.godwit.engine.range;

import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.types.ObjectId;

/// The types that an `_id` can have, in MongoDB's order of comparison. Range operators are
/// type-bracketed: `{$gt: 5}` finds no strings, so a walk over all `_id`s goes through the brackets
/// one after the other ([comparison
/// order](https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/)).
public enum IdBracket {
  MIN_KEY(new BsonMinKey(), true),
  NULL(BsonNull.VALUE, true),
  NAN(new BsonDouble(Double.NaN), true),
  NUMBER(new BsonDouble(Double.NEGATIVE_INFINITY), false),
  STRING(new BsonString(""), false),
  DOCUMENT(new BsonDocument(), false),
  BINARY(new BsonBinary(new byte[0]), false),
  OBJECT_ID(new BsonObjectId(new ObjectId(new byte[12])), false),
  BOOLEAN(BsonBoolean.FALSE, false),
  DATE(new BsonDateTime(Long.MIN_VALUE), false),
  TIMESTAMP(new BsonTimestamp(0), false),
  MAX_KEY(new BsonMaxKey(), true);

  private final BsonValue lowest;
  private final boolean single;

  IdBracket(BsonValue lowest, boolean single) {
    this.lowest = lowest;
    this.single = single;
  }

  /// Whether an `_id` is in some bracket. There are servers that take JavaScript, a DBPointer or
  /// undefined for an `_id`.
  public static boolean isKnown(BsonValue id) {
    return switch (id.getBsonType()) {
      case UNDEFINED, JAVASCRIPT, JAVASCRIPT_WITH_SCOPE, DB_POINTER, ARRAY, REGULAR_EXPRESSION ->
          false;
      default -> true;
    };
  }

  /// The bracket of an `_id`.
  ///
  /// @throws IllegalArgumentException for a type that an `_id` cannot have
  public static IdBracket of(BsonValue id) {
    return switch (id.getBsonType()) {
      case MIN_KEY -> MIN_KEY;
      case NULL, UNDEFINED -> NULL;
      case DOUBLE -> Double.isNaN(id.asDouble().getValue()) ? NAN : NUMBER;
      case DECIMAL128 -> id.asDecimal128().getValue().isNaN() ? NAN : NUMBER;
      case INT32, INT64 -> NUMBER;
      case STRING, SYMBOL -> STRING;
      case DOCUMENT -> DOCUMENT;
      case BINARY -> BINARY;
      case OBJECT_ID -> OBJECT_ID;
      case BOOLEAN -> BOOLEAN;
      case DATE_TIME -> DATE;
      case TIMESTAMP -> TIMESTAMP;
      case MAX_KEY -> MAX_KEY;
      default ->
          throw new IllegalArgumentException(
              "an _id of type %s cannot be walked".formatted(id.getBsonType()));
    };
  }

  /// Where the bracket begins.
  BsonValue lowest() {
    return lowest;
  }

  /// Whether the bracket holds at most one `_id`.
  public boolean isSingle() {
    return single;
  }

  /// The condition on `_id`: in this bracket, after `after` (null: from its start) up to and with
  /// `upTo` (null: to its end).
  public BsonDocument condition(BsonValue after, BsonValue upTo) {
    if (single) {
      return new BsonDocument("_id", lowest);
    }
    BsonDocument range =
        after == null ? new BsonDocument("$gte", lowest) : new BsonDocument("$gt", after);
    if (upTo != null) {
      range.append("$lte", upTo);
    }
    return new BsonDocument("_id", range);
  }

  /// The condition on `_id`: in this bracket, up to and with `id`.
  public BsonDocument upTo(BsonValue id) {
    return condition(null, id);
  }

  /// The condition on `_id`: in this bracket, from `first` up to `last`, both included.
  public BsonDocument between(BsonValue first, BsonValue last) {
    return single
        ? new BsonDocument("_id", lowest)
        : new BsonDocument("_id", new BsonDocument("$gte", first).append("$lte", last));
  }

  /// The condition on `_id`: in this bracket, before `id`.
  BsonDocument below(BsonValue id) {
    return new BsonDocument("_id", new BsonDocument("$gte", lowest).append("$lt", id));
  }
}
