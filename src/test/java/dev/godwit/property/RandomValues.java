package dev.godwit.property;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonJavaScript;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;

/// Random values of every BSON type that is not deprecated, preferring the odd ones.
final class RandomValues {

  /// Names of fields that are legal and unusual. Not among them are names with a leading dollar:
  /// FerretDB's replaceOne refuses documents that have one.
  private static final List<String> ODD_NAMES =
      List.of("", " ", "a.b", "sub.x", "0", "ключ", "名前", "__proto__", "a b", "n\u0301", "\"q\"");

  private static final List<String> NAMES = List.of("x", "y", "z", "deep", "list", "k");

  private final Dice dice;

  RandomValues(Dice dice) {
    this.dice = dice;
  }

  /// A field name, now and then an odd one.
  String name() {
    return dice.onceIn(4) ? dice.pick(ODD_NAMES) : dice.pick(NAMES);
  }

  /// Any value.
  ///
  /// @param depth how deep documents and arrays may nest
  BsonValue any(int depth) {
    if (depth > 0 && dice.onceIn(4)) {
      return dice.make(() -> document(depth - 1), () -> array(depth - 1));
    }
    return dice.make(
        this::number,
        this::number,
        this::string,
        this::string,
        () -> BsonBoolean.valueOf(dice.onceIn(2)),
        () -> BsonNull.VALUE,
        this::date,
        this::objectId,
        this::binary,
        () -> new BsonRegularExpression(dice.pick("^a", "b+", "x.y"), dice.pick("", "i", "im")),
        () -> new BsonTimestamp(dice.below(1_000_000), dice.below(10)),
        BsonMinKey::new,
        BsonMaxKey::new,
        () -> new BsonJavaScript("function() { return 1 }"));
  }

  BsonDocument document(int depth) {
    BsonDocument document = new BsonDocument();
    for (int i = dice.below(4); i > 0; i--) {
      document.put(name(), any(depth));
    }
    return document;
  }

  BsonArray array(int depth) {
    List<BsonValue> values = new ArrayList<>();
    for (int i = dice.below(4); i > 0; i--) {
      values.add(any(depth));
    }
    return new BsonArray(values);
  }

  /// Small numbers are frequent, so that equal ones of different types meet.
  BsonValue number() {
    int small = dice.between(-2, 6);
    return dice.make(
        () -> new BsonInt32(small),
        () -> new BsonInt64(small),
        () -> new BsonDouble(small),
        () -> new BsonDecimal128(new Decimal128(small)),
        () -> new BsonInt32(dice.pick(Integer.MAX_VALUE, Integer.MIN_VALUE, dice.below(1000))),
        () -> new BsonInt64(dice.pick(Long.MAX_VALUE, Long.MIN_VALUE, 9_007_199_254_740_993L)),
        () ->
            new BsonDouble(
                dice.pick(
                    Double.NaN,
                    Double.POSITIVE_INFINITY,
                    Double.NEGATIVE_INFINITY,
                    -0.0,
                    0.1,
                    9.007199254740993E15)),
        () ->
            new BsonDecimal128(
                dice.pick(
                    Decimal128.NaN,
                    Decimal128.POSITIVE_INFINITY,
                    new Decimal128(new BigDecimal("1.00")),
                    new Decimal128(new BigDecimal("0.1")),
                    new Decimal128(new BigDecimal("1234567890123456789012345678.901234")))));
  }

  BsonString string() {
    return new BsonString(
        dice.pick(
            "", "a", "A", "b", "$x", "a.b", "line\nbreak", "Zürich", "日本", "😀", "'\"\\", "ab"));
  }

  BsonDateTime date() {
    return new BsonDateTime(
        dice.pick(0L, -1L, 1_500_000_000_000L, -62_135_596_800_001L, 253_402_300_800_000L));
  }

  BsonBinary binary() {
    byte[] bytes = new byte[dice.pick(0, 1, 5, 16)];
    dice.random().nextBytes(bytes);
    byte[] uuid = new byte[16];
    dice.random().nextBytes(uuid);
    return dice.make(
        () -> new BsonBinary((byte) 0, bytes),
        () -> new BsonBinary((byte) 4, uuid),
        () -> new BsonBinary((byte) 128, bytes));
  }

  /// Older than any test run, so that ids that a run makes up can be told from these.
  BsonObjectId objectId() {
    ByteBuffer bytes = ByteBuffer.allocate(12);
    bytes.putInt(1_000_000_000 + dice.below(100)).putLong(dice.random().nextLong());
    return new BsonObjectId(new ObjectId(bytes.array()));
  }

  /// A value that an `_id` may have.
  BsonValue id() {
    return dice.make(
        this::number,
        this::number,
        this::string,
        this::objectId,
        this::date,
        this::binary,
        () -> BsonBoolean.valueOf(dice.onceIn(2)),
        () -> BsonNull.VALUE,
        BsonMinKey::new,
        BsonMaxKey::new,
        () -> new BsonTimestamp(dice.below(5), 1),
        this::compoundId);
  }

  private BsonDocument compoundId() {
    BsonDocument one = new BsonDocument("x", number());
    return dice.make(
        () -> one.append("y", string()),
        () -> new BsonDocument("y", string()).append("x", number()),
        () -> new BsonDocument("list", array(1)),
        BsonDocument::new);
  }
}
