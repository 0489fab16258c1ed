package dev.godwit.engine.changelog;

import java.util.List;
import java.util.stream.Collectors;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;

/// An index as the server knows it.
///
/// @param name its name
/// @param keys its keys in order: 1, -1, or a kind such as `text`
/// @param options the options that make it another index: unique, sparse, hidden,
///     expireAfterSeconds, partialFilterExpression, collation, …; only those that are set
public record IndexDefinition(String name, BsonDocument keys, BsonDocument options) {

  private static final List<String> OPTIONS =
      List.of(
          "unique",
          "sparse",
          "expireAfterSeconds",
          "partialFilterExpression",
          "collation",
          "hidden",
          "weights",
          "default_language",
          "language_override",
          "textIndexVersion",
          "2dsphereIndexVersion",
          "wildcardProjection",
          "bits",
          "min",
          "max");

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
  /// them apart; or two text indexes ([MongoDB's
  /// manual](https://www.mongodb.com/docs/manual/reference/command/createIndexes/)).
  public boolean conflictsWith(IndexDefinition other) {
    return conflictsWith(other, false);
  }

  /// @param uniqueAndSparseTell whether the server tells indexes apart by `unique` and `sparse`,
  ///     too: MongoDB does since 5.0
  public boolean conflictsWith(IndexDefinition other, boolean uniqueAndSparseTell) {
    if (IndexIdentity.isText(this) && IndexIdentity.isText(other)) {
      return true;
    }
    IndexIdentity mine = IndexIdentity.of(this);
    IndexIdentity others = IndexIdentity.of(other);
    return mine.sameKeys(others)
        && mine.sameCollation(others)
        && mine.sameOption(others, "partialFilterExpression")
        && !(uniqueAndSparseTell
            && !(mine.sameOption(others, "unique") && mine.sameOption(others, "sparse")));
  }

  /// Whether the keys are the same, in the same order and directions, whatever the number types.
  public boolean sameKeys(BsonDocument other) {
    return IndexIdentity.of(this)
        .sameKeys(IndexIdentity.of(new IndexDefinition(name, other, new BsonDocument())));
  }

  /// Whether it is the same index, whatever the names and whoever fills in what is left out.
  public boolean sameIndex(IndexDefinition other) {
    return IndexIdentity.of(this).same(IndexIdentity.of(other));
  }

  /// As [#sameIndex], whether queries see it or not.
  public boolean sameApartFromHidden(IndexDefinition other) {
    return IndexIdentity.of(this).sameApartFromHidden(IndexIdentity.of(other));
  }

  /// Whether it has the name, the keys and every option of another, whatever their values: a server
  /// may write a value in its own way.
  public boolean hasAllOf(IndexDefinition wanted) {
    return name.equals(wanted.name)
        && IndexIdentity.of(this).sameKeys(IndexIdentity.of(wanted))
        && options.keySet().containsAll(wanted.options.keySet());
  }

  /// This index as a collection with such a collation has it: an index that names none gets it,
  /// but for those that know the simple one alone.
  ///
  /// @param collation of the collection; null when it has none
  public IndexDefinition in(BsonValue collation) {
    if (collation == null || options.containsKey("collation") || IndexIdentity.isText(this)) {
      return this;
    }
    BsonDocument all = options.clone();
    all.append("collation", collation);
    return new IndexDefinition(name, keys, all);
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
