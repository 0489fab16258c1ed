package dev.godwit.engine.backup;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
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

/// Documents that are hard to copy.
final class SampleDocuments {

  private SampleDocuments() {}

  /// One value of every BSON type that may be stored, odd ones among them.
  static List<BsonValue> values() {
    return List.of(
        new BsonDouble(-0.0),
        new BsonDouble(Double.NaN),
        new BsonDouble(Double.NEGATIVE_INFINITY),
        new BsonString("Grüße, 世界 \u0000 🐦"),
        new BsonDocument("b", new BsonInt32(1)).append("a", new BsonInt32(2)),
        new BsonArray(List.of(new BsonInt32(1), new BsonString("x"), new BsonArray())),
        new BsonBinary(new byte[] {0, 1, -1}),
        new BsonBinary((byte) 4, new byte[16]),
        new BsonObjectId(new ObjectId("0123456789abcdef01234567")),
        BsonBoolean.TRUE,
        new BsonDateTime(-1),
        BsonNull.VALUE,
        new BsonRegularExpression("^a.*\"$", "im"),
        new BsonJavaScript("function() { return 1 }"),
        new BsonInt32(Integer.MIN_VALUE),
        new BsonTimestamp(17, 4),
        new BsonInt64(Long.MAX_VALUE),
        new BsonDecimal128(Decimal128.parse("1.10E-6143")),
        new BsonDecimal128(Decimal128.NaN),
        new BsonMinKey(),
        new BsonMaxKey());
  }

  static List<BsonDocument> ofEveryType() {
    List<BsonDocument> documents = new ArrayList<>();
    for (BsonValue value : values()) {
      documents.add(
          new BsonDocument("_id", new BsonInt32(documents.size()))
              .append("value", value)
              .append("in", new BsonDocument("value", value)));
    }
    return documents;
  }

  static List<BsonDocument> withIdsOfManyTypes() {
    return List.of(
            new BsonInt32(7),
            new BsonInt64(8),
            new BsonDouble(8.5),
            new BsonString("7"),
            new BsonString(""),
            new BsonObjectId(new ObjectId("0123456789abcdef01234567")),
            BsonBoolean.FALSE,
            new BsonDateTime(0),
            BsonNull.VALUE,
            new BsonDocument("x", new BsonInt32(1)),
            new BsonBinary((byte) 4, new byte[16]),
            new BsonDecimal128(Decimal128.parse("9.00")))
        .stream()
        .map(id -> new BsonDocument("_id", id).append("x", new BsonInt32(1)))
        .toList();
  }

  static BsonDocument random(RandomGenerator random, int id) {
    BsonDocument document = new BsonDocument("_id", new BsonInt32(id));
    int fields = random.nextInt(8);
    for (int field = 0; field < fields; field++) {
      document.append("f" + random.nextInt(20), value(random, 3));
    }
    return document;
  }

  private static BsonValue value(RandomGenerator random, int depth) {
    int choice = random.nextInt(depth == 0 ? 3 : 5);
    return switch (choice) {
      case 0 -> values().get(random.nextInt(values().size()));
      case 1 -> new BsonInt64(random.nextLong());
      case 2 -> {
        byte[] bytes = new byte[random.nextInt(random.nextInt(20) == 0 ? 200_000 : 200)];
        random.nextBytes(bytes);
        yield new BsonBinary(bytes);
      }
      case 3 -> new BsonArray(List.of(value(random, depth - 1), value(random, depth - 1)));
      default -> new BsonDocument("a." + random.nextInt(9), value(random, depth - 1));
    };
  }
}
