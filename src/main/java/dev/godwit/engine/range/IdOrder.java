package dev.godwit.engine.range;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.bson.BsonDateTime;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;

/// The server's order of `_id`s, for the types whose order is simple. Pure.
final class IdOrder {

  private IdOrder() {}

  /// Whether these `_id`s are known to rise; false also when their types are not simple, or differ.
  static boolean rises(List<BsonValue> ids) {
    for (int i = 1; i < ids.size(); i++) {
      if (!isBefore(ids.get(i - 1), ids.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBefore(BsonValue left, BsonValue right) {
    return switch (left) {
      case BsonInt32 one -> right instanceof BsonInt32 other && one.compareTo(other) < 0;
      case BsonInt64 one -> right instanceof BsonInt64 other && one.compareTo(other) < 0;
      case BsonDateTime one -> right instanceof BsonDateTime other && one.compareTo(other) < 0;
      case BsonObjectId one -> right instanceof BsonObjectId other && one.compareTo(other) < 0;
      case BsonString one ->
          right instanceof BsonString other && Arrays.compareUnsigned(bytes(one), bytes(other)) < 0;
      default -> false;
    };
  }

  private static byte[] bytes(BsonString string) {
    return string.getValue().getBytes(StandardCharsets.UTF_8);
  }
}
