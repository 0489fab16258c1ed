package dev.godwit.engine.bson;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bson.BsonArray;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonNumber;
import org.bson.BsonValue;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/// What the driver's `BsonValue` lacks: comparison that heeds the order of keys, and bytes.
public final class Bson {

  private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();
  private static final JsonWriterSettings CANONICAL =
      JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

  /// An order of values in which only those are equal that have the same bytes. It is not the
  /// server's. (`_id`s cannot be keys of a hash map: `{a: 1, b: 2}` and `{b: 2, a: 1}` are two
  /// documents, but equal to the driver.)
  public static final Comparator<BsonValue> BY_BYTES =
      Comparator.comparing(BsonValue::getBsonType).thenComparing(Bson::ofOneType);

  private static final JsonWriterSettings SHELL =
      JsonWriterSettings.builder().outputMode(JsonMode.SHELL).build();

  private Bson() {}

  @SuppressWarnings("unchecked")
  private static int ofOneType(BsonValue left, BsonValue right) {
    return left instanceof Comparable<?> comparable
        ? ((Comparable<BsonValue>) comparable).compareTo(right)
        : Arrays.compare(bytes(new BsonDocument("v", left)), bytes(new BsonDocument("v", right)));
  }

  /// Whether two values have the same BSON bytes: types, values and the order of keys.
  /// (`BsonDocument.equals` ignores the order.) Null means a missing value.
  public static boolean identical(BsonValue left, BsonValue right) {
    if (left == null || right == null) {
      return left == right;
    }
    if (left.getBsonType() != right.getBsonType()) {
      return false;
    }
    return switch (left) {
      case BsonDocument document -> identicalDocuments(document, right.asDocument());
      case BsonArray array -> identicalArrays(array, right.asArray());
      default -> left.equals(right);
    };
  }

  /// Whether a server may take two values for equal although their bytes differ: numbers of equal
  /// value, at any depth (`1` and `1.0`, `0.0` and `-0.0`).
  static boolean sameValue(BsonValue left, BsonValue right) {
    if (left == null || right == null) {
      return left == right;
    }
    if (left.isNumber() && right.isNumber()) {
      return sameNumber(left.asNumber(), right.asNumber());
    }
    if (left instanceof BsonDocument document && right instanceof BsonDocument other) {
      return List.copyOf(document.keySet()).equals(List.copyOf(other.keySet()))
          && document.keySet().stream()
              .allMatch(key -> sameValue(document.get(key), other.get(key)));
    }
    if (left instanceof BsonArray array && right instanceof BsonArray other) {
      return array.size() == other.size()
          && IntStream.range(0, array.size()).allMatch(i -> sameValue(array.get(i), other.get(i)));
    }
    return left.equals(right);
  }

  private static boolean sameNumber(BsonNumber left, BsonNumber right) {
    if (left.doubleValue() != right.doubleValue()) {
      return Double.isNaN(left.doubleValue()) && Double.isNaN(right.doubleValue());
    }
    return Double.isInfinite(left.doubleValue()) || exact(left).compareTo(exact(right)) == 0;
  }

  private static BigDecimal exact(BsonNumber number) {
    return switch (number) {
      case BsonDouble real -> new BigDecimal(real.getValue());
      case BsonDecimal128 decimal
          when decimal.getValue().isNegative() && number.doubleValue() == 0 ->
          BigDecimal.ZERO;
      case BsonDecimal128 decimal -> decimal.getValue().bigDecimalValue();
      default -> BigDecimal.valueOf(number.longValue());
    };
  }

  private static boolean identicalDocuments(BsonDocument left, BsonDocument right) {
    Iterator<Map.Entry<String, BsonValue>> one = left.entrySet().iterator();
    Iterator<Map.Entry<String, BsonValue>> other = right.entrySet().iterator();
    while (one.hasNext() && other.hasNext()) {
      Map.Entry<String, BsonValue> a = one.next();
      Map.Entry<String, BsonValue> b = other.next();
      if (!a.getKey().equals(b.getKey()) || !identical(a.getValue(), b.getValue())) {
        return false;
      }
    }
    return !one.hasNext() && !other.hasNext();
  }

  private static boolean identicalArrays(BsonArray left, BsonArray right) {
    if (left.size() != right.size()) {
      return false;
    }
    for (int i = 0; i < left.size(); i++) {
      if (!identical(left.get(i), right.get(i))) {
        return false;
      }
    }
    return true;
  }

  /// The document as BSON bytes.
  public static byte[] bytes(BsonDocument document) {
    try (BasicOutputBuffer buffer = new BasicOutputBuffer();
        BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
      CODEC.encode(writer, document, EncoderContext.builder().build());
      ByteBuffer bytes = ByteBuffer.allocate(buffer.getSize());
      buffer.getByteBuffers().forEach(part -> bytes.put(part.asNIO()));
      return bytes.array();
    }
  }

  /// The value as canonical extended JSON, e.g. `{"$oid": "…"}`.
  public static String json(BsonValue value) {
    return written(value, CANONICAL);
  }

  /// The value as one types it in mongosh, e.g. `ObjectId("…")`: for people.
  public static String shell(BsonValue value) {
    return written(value, SHELL);
  }

  private static String written(BsonValue value, JsonWriterSettings settings) {
    String wrapped = new BsonDocument("v", value).toJson(settings);
    return wrapped.substring(wrapped.indexOf(':') + 1, wrapped.length() - 1).strip();
  }
}
