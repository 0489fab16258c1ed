package dev.godwit.engine.bson;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonSymbol;
import org.bson.BsonValue;

/// What identifies a document by some of its fields, in a form in which values that are equal to
/// the server have the same bytes: it compares numbers of all types by value
/// ([comparison order](https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/)).
/// Pure.
public final class MatchKey {

  private MatchKey() {}

  /// The key of a document, to be compared with [Bson#BY_BYTES].
  ///
  /// @param fields paths
  /// @return null when a field is missing or has a value that identifies nothing: null, an array, a
  ///     regular expression
  public static BsonArray of(BsonDocument document, List<String> fields) {
    BsonArray key = new BsonArray();
    for (String field : fields) {
      BsonValue value = at(document, field);
      if (value == null || !identifies(value)) {
        return null;
      }
      key.add(canonical(value));
    }
    return key;
  }

  /// The value at a path; null when it is missing or behind an array.
  public static BsonValue at(BsonDocument document, String path) {
    BsonValue value = document;
    for (String name : path.split("\\.")) {
      if (value == null || !value.isDocument()) {
        return null;
      }
      value = value.asDocument().get(name);
    }
    return value;
  }

  private static boolean identifies(BsonValue value) {
    return switch (value.getBsonType()) {
      case NULL, UNDEFINED, ARRAY, REGULAR_EXPRESSION -> false;
      default -> true;
    };
  }

  private static BsonValue canonical(BsonValue value) {
    return switch (value.getBsonType()) {
      case INT32, INT64 -> number(BigDecimal.valueOf(value.asNumber().longValue()));
      case DOUBLE -> {
        double number = value.asDouble().getValue();
        yield Double.isFinite(number)
            ? number(new BigDecimal(number))
            : new BsonSymbol(Double.toString(number));
      }
      case DECIMAL128 -> {
        var number = value.asDecimal128().getValue();
        if (number.isNaN() || number.isInfinite()) {
          yield new BsonSymbol(
              Double.toString(number.isNaN() ? Double.NaN : infinity(number.isNegative())));
        }
        yield number.isNegative() && isZero(number)
            ? number(BigDecimal.ZERO)
            : number(number.bigDecimalValue());
      }
      case SYMBOL -> new BsonString(value.asSymbol().getSymbol());
      case DOCUMENT -> {
        BsonDocument result = new BsonDocument();
        for (Map.Entry<String, BsonValue> field : value.asDocument().entrySet()) {
          result.append(field.getKey(), canonical(field.getValue()));
        }
        yield result;
      }
      case ARRAY -> new BsonArray(value.asArray().stream().map(MatchKey::canonical).toList());
      default -> value;
    };
  }

  private static double infinity(boolean negative) {
    return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  /// A negative zero has no form as BigDecimal; the driver throws for it.
  private static boolean isZero(org.bson.types.Decimal128 number) {
    return number.toString().matches("-0(\\.0*)?(E.*)?");
  }

  /// Symbols stand for numbers: no other value is one.
  private static BsonSymbol number(BigDecimal number) {
    return new BsonSymbol(
        number.signum() == 0 ? "0" : number.stripTrailingZeros().toEngineeringString());
  }
}
