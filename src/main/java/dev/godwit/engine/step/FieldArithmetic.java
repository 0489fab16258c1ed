package dev.godwit.engine.step;

import java.util.Map;
import java.util.Optional;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNumber;
import org.bson.BsonValue;

/// What simple update operators make of the values of top-level fields, for the cases in which
/// every server agrees; the rest is left to the server. Pure.
final class FieldArithmetic {

  private FieldArithmetic() {}

  /// The fields after the update.
  ///
  /// @param operators `$set`, `$unset`, `$inc`, `$mul`, `$min`, `$max` on top-level fields
  /// @param before the fields before it; missing ones are not in it
  /// @return empty when the server must be asked
  static Optional<BsonDocument> apply(BsonDocument operators, BsonDocument before) {
    BsonDocument after = new BsonDocument();
    after.putAll(before);
    for (Map.Entry<String, BsonValue> operator : operators.entrySet()) {
      for (Map.Entry<String, BsonValue> field : operator.getValue().asDocument().entrySet()) {
        String name = field.getKey();
        if (operator.getKey().equals("$unset")) {
          after.remove(name);
          continue;
        }
        Optional<BsonValue> value = value(operator.getKey(), before.get(name), field.getValue());
        if (value.isEmpty()) {
          return Optional.empty();
        }
        after.put(name, value.get());
      }
    }
    return Optional.of(after);
  }

  private static Optional<BsonValue> value(String operator, BsonValue before, BsonValue operand) {
    return switch (operator) {
      case "$set" -> Optional.of(operand);
      case "$inc" -> before == null ? number(operand) : sum(before, operand);
      case "$mul" -> before == null ? zero(operand) : product(before, operand);
      case "$min" -> before == null ? Optional.of(operand) : least(before, operand, 1);
      case "$max" -> before == null ? Optional.of(operand) : least(before, operand, -1);
      default -> Optional.empty();
    };
  }

  private static Optional<BsonValue> number(BsonValue operand) {
    return operand.isInt32() || operand.isInt64() || operand.isDouble()
        ? Optional.of(operand)
        : Optional.empty();
  }

  private static Optional<BsonValue> zero(BsonValue operand) {
    return switch (operand) {
      case BsonInt32 _ -> Optional.of(new BsonInt32(0));
      case BsonInt64 _ -> Optional.of(new BsonInt64(0));
      default -> Optional.empty();
    };
  }

  private static Optional<BsonValue> sum(BsonValue left, BsonValue right) {
    try {
      if (left instanceof BsonInt32 one && right instanceof BsonInt32 other) {
        return Optional.of(new BsonInt32(Math.addExact(one.getValue(), other.getValue())));
      }
      if (isInteger(left) && isInteger(right)) {
        return Optional.of(new BsonInt64(Math.addExact(integer(left), integer(right))));
      }
      return isSmall(left) && isSmall(right)
          ? Optional.of(new BsonDouble(floating(left) + floating(right)))
          : Optional.empty();
    } catch (ArithmeticException overflow) {
      return Optional.empty();
    }
  }

  private static Optional<BsonValue> product(BsonValue left, BsonValue right) {
    try {
      if (left instanceof BsonInt32 one && right instanceof BsonInt32 other) {
        return Optional.of(new BsonInt32(Math.multiplyExact(one.getValue(), other.getValue())));
      }
      if (isInteger(left) && isInteger(right)) {
        return Optional.of(new BsonInt64(Math.multiplyExact(integer(left), integer(right))));
      }
      return isSmall(left) && isSmall(right)
          ? Optional.of(new BsonDouble(floating(left) * floating(right)))
          : Optional.empty();
    } catch (ArithmeticException overflow) {
      return Optional.empty();
    }
  }

  /// @param sign 1 for the smaller one, -1 for the larger
  private static Optional<BsonValue> least(BsonValue before, BsonValue operand, int sign) {
    int comparison;
    if (before instanceof BsonDateTime one && operand instanceof BsonDateTime other) {
      comparison = one.compareTo(other);
    } else if (isInteger(before) && isInteger(operand)) {
      comparison = Long.compare(integer(before), integer(operand));
    } else if (isSmall(before) && isSmall(operand)) {
      double one = floating(before);
      double other = floating(operand);
      comparison = one == other ? 0 : Double.compare(one, other);
    } else {
      return Optional.empty();
    }
    return Optional.of(comparison * sign > 0 ? operand : before);
  }

  private static boolean isInteger(BsonValue value) {
    return value.isInt32() || value.isInt64();
  }

  private static long integer(BsonValue value) {
    return ((BsonNumber) value).longValue();
  }

  /// Whether the value is exact as a double, and comparable.
  private static boolean isSmall(BsonValue value) {
    return value.isInt32()
        || value instanceof BsonDouble number && !Double.isNaN(number.getValue());
  }

  private static double floating(BsonValue value) {
    return ((BsonNumber) value).doubleValue();
  }
}
