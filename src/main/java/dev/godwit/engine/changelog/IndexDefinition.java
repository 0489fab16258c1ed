package dev.godwit.engine.changelog;

import dev.godwit.api.v1alpha1.IndexSpec;
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

  /// An index of a manifest.
  static IndexDefinition of(IndexSpec spec, BsonDocument partialFilterExpression) {
    BsonDocument keys = keys(spec.keys());
    BsonDocument options = new BsonDocument();
    if (Boolean.TRUE.equals(spec.unique())) {
      options.append("unique", BsonBoolean.TRUE);
    }
    if (Boolean.TRUE.equals(spec.sparse())) {
      options.append("sparse", BsonBoolean.TRUE);
    }
    if (spec.expireAfterSeconds() != null) {
      options.append("expireAfterSeconds", new BsonInt32(spec.expireAfterSeconds()));
    }
    if (partialFilterExpression != null) {
      options.append("partialFilterExpression", partialFilterExpression);
    }
    return new IndexDefinition(
        spec.name() == null ? defaultName(keys) : spec.name(), keys, options);
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
        .map(key -> key.getKey() + "_" + key.getValue().asNumber().intValue())
        .collect(Collectors.joining("_"));
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

  /// For people: `{email: 1} unique`.
  public String describe() {
    return keys.toJson() + (options.isEmpty() ? "" : " " + options.toJson());
  }
}
