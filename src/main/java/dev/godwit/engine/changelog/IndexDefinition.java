package dev.godwit.engine.changelog;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;

/// An index as the server knows it.
///
/// @param name its name
/// @param keys its keys in order, 1 or -1
/// @param options the options that make it another index: unique, sparse, expireAfterSeconds,
///     partialFilterExpression; only those that are set
public record IndexDefinition(String name, BsonDocument keys, BsonDocument options) {

  private static final List<String> OPTIONS =
      List.of(
          "unique",
          "sparse",
          "expireAfterSeconds",
          "partialFilterExpression",
          "collation",
          "weights",
          "default_language",
          "wildcardProjection");

  /// The keys of a manifest: `field`, `-field`.
  public static BsonDocument keys(List<String> keys) {
    BsonDocument result = new BsonDocument();
    for (String key : keys) {
      boolean descending = key.startsWith("-");
      result.append(descending ? key.substring(1) : key, new BsonInt32(descending ? -1 : 1));
    }
    return result;
  }

  /// An index as `listIndexes` reports it.
  public static IndexDefinition ofServer(BsonDocument index) {
    BsonDocument options = new BsonDocument();
    OPTIONS.stream()
        .filter(index::containsKey)
        .filter(option -> !BsonBoolean.FALSE.equals(index.get(option)))
        .forEach(option -> options.append(option, index.get(option)));
    return new IndexDefinition(
        index.getString("name").getValue(), index.getDocument("key"), options);
  }

  /// The name that the server gives: fields and directions joined by `_`.
  static String defaultName(BsonDocument keys) {
    return keys.entrySet().stream()
        .map(key -> key.getKey() + "_" + direction(key.getValue()))
        .collect(Collectors.joining("_"));
  }

  private static String direction(BsonValue value) {
    return value.isNumber()
        ? String.valueOf(value.asNumber().intValue())
        : value.asString().getValue();
  }

  /// Whether a collection cannot have both: the same keys, unless collation or partial filter tell
  /// them apart
  /// ([MongoDB's manual](https://www.mongodb.com/docs/manual/reference/command/createIndexes/)).
  public boolean conflictsWith(IndexDefinition other) {
    return sameKeys(other.keys)
        && describe(telling(options)).equals(describe(telling(other.options)));
  }

  private static BsonDocument telling(BsonDocument options) {
    BsonDocument telling = new BsonDocument();
    for (String option : List.of("collation", "partialFilterExpression")) {
      if (options.containsKey(option)) {
        telling.append(option, options.get(option));
      }
    }
    return telling;
  }

  /// Whether the keys are the same, in the same order and directions, whatever the number types.
  public boolean sameKeys(BsonDocument other) {
    return describe(keys).equals(describe(other));
  }

  /// Whether it is the same index, whatever the names.
  public boolean sameIndex(IndexDefinition other) {
    return sameKeys(other.keys)
        && describe(sorted(options)).equals(describe(sorted(other.options)));
  }

  private static BsonDocument sorted(BsonDocument document) {
    BsonDocument sorted = new BsonDocument();
    document.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> sorted.append(entry.getKey(), entry.getValue()));
    return sorted;
  }

  private static String describe(BsonDocument document) {
    return document.entrySet().stream()
        .map(entry -> entry.getKey() + ":" + describe(entry.getValue()))
        .collect(Collectors.joining(","));
  }

  private static String describe(BsonValue value) {
    return switch (value) {
      case BsonNumber number -> Double.toString(number.doubleValue());
      case BsonDocument document -> "{" + describe(document) + "}";
      default -> value.toString();
    };
  }

  /// As an entry of the server's createIndexes command.
  public BsonDocument toCommand() {
    BsonDocument command = new BsonDocument("name", new BsonString(name)).append("key", keys);
    command.putAll(options);
    return command;
  }

  /// Whether its documents expire (TTL index).
  public boolean expires() {
    return options.containsKey("expireAfterSeconds");
  }

  /// For people: `{email: 1} unique`.
  public String describe() {
    return keys.toJson() + (options.isEmpty() ? "" : " " + options.toJson());
  }
}
