package dev.godwit.engine.changelog;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNumber;
import org.bson.BsonString;
import org.bson.BsonValue;

/// What makes an index the index that it is, whichever way it is written: keys and options with
/// what the server fills in by itself. Sources: MongoDB's manual,
/// [createIndexes](https://www.mongodb.com/docs/manual/reference/command/createIndexes/) and
/// [collation](https://www.mongodb.com/docs/manual/reference/collation-locales-defaults/).
///
/// @param keys with text fields as the server reports them: `_fts`, `_ftsx`
/// @param options sorted, without defaults, `hidden`, collation and versions
/// @param collation with its defaults; empty for the simple one
/// @param versions of the text or 2dsphere index, where they are known
/// @param hidden whether queries do not see it
record IndexIdentity(
    BsonDocument keys,
    BsonDocument options,
    BsonDocument collation,
    BsonDocument versions,
    boolean hidden) {

  private static final String TEXT = "text";
  private static final String NORMALIZATION = "normalization";
  private static final Set<String> ALWAYS_SPARSE = Set.of(TEXT, "2dsphere");
  private static final Set<String> VERSIONS = Set.of("textIndexVersion", "2dsphereIndexVersion");
  private static final Set<String> ELSEWHERE =
      Set.of("collation", "hidden", "weights", "storageEngine");

  /// Options that say nothing when they have this value.
  private static final BsonDocument DEFAULTS =
      BsonDocument.parse(
          "{default_language: 'english', language_override: 'language', bits: 26, min: -180, max: 180}");

  private static final BsonDocument COLLATION_DEFAULTS =
      BsonDocument.parse(
          "{caseLevel: false, strength: 3, numericOrdering: false, maxVariable: 'punct', caseFirst: 'off', alternate: 'non-ignorable', backwards: false}");

  /// What some locales have instead.
  private static final Map<String, BsonDocument> LOCALE_DEFAULTS =
      Map.of(
          "da", BsonDocument.parse("{caseFirst: 'upper'}"),
          "mt", BsonDocument.parse("{caseFirst: 'upper'}"),
          "th", BsonDocument.parse("{alternate: 'shifted'}"),
          "fr_CA", BsonDocument.parse("{backwards: true}"));

  static IndexIdentity of(IndexDefinition index) {
    BsonDocument versions = new BsonDocument();
    BsonDocument options = new BsonDocument();
    boolean alwaysSparse =
        index.keys().values().stream().anyMatch(value -> isOneOf(value, ALWAYS_SPARSE));
    index
        .options()
        .forEach(
            (name, value) -> {
              if (VERSIONS.contains(name)) {
                versions.append(name, value);
              } else if (!ELSEWHERE.contains(name)
                  && !describe(value).equals(describe(DEFAULTS.get(name)))
                  && !(name.equals("sparse") && alwaysSparse)) {
                options.append(name, name.equals("wildcardProjection") ? projection(value) : value);
              }
            });
    if (isText(index)) {
      options.append("weights", weights(index));
    }
    return new IndexIdentity(
        keys(index.keys()),
        sorted(options),
        collation(index.options().get("collation")),
        versions,
        BsonBoolean.TRUE.equals(index.options().get("hidden")));
  }

  static boolean isText(IndexDefinition index) {
    return index.keys().values().stream().anyMatch(value -> isOneOf(value, Set.of(TEXT)));
  }

  private static boolean isOneOf(BsonValue value, Set<String> kinds) {
    return value.isString() && kinds.contains(value.asString().getValue());
  }

  private static BsonDocument keys(BsonDocument keys) {
    BsonDocument canonical = new BsonDocument();
    keys.forEach(
        (field, value) -> {
          if (isOneOf(value, Set.of(TEXT))) {
            canonical.append("_fts", value).append("_ftsx", new BsonInt32(1));
          } else {
            canonical.putIfAbsent(field, value);
          }
        });
    return canonical;
  }

  private static BsonDocument weights(IndexDefinition index) {
    BsonDocument weights = index.options().getDocument("weights", new BsonDocument()).clone();
    index
        .keys()
        .forEach(
            (field, value) -> {
              if (isOneOf(value, Set.of(TEXT)) && !field.equals("_fts")) {
                weights.putIfAbsent(field, new BsonInt32(1));
              }
            });
    return sorted(weights);
  }

  private static BsonValue projection(BsonValue value) {
    if (!value.isDocument()) {
      return value;
    }
    BsonDocument projection = new BsonDocument();
    value
        .asDocument()
        .forEach(
            (field, shown) ->
                projection.append(
                    field,
                    shown.isNumber()
                        ? BsonBoolean.valueOf(shown.asNumber().doubleValue() != 0)
                        : shown));
    projection.putIfAbsent("_id", BsonBoolean.FALSE);
    return sorted(projection);
  }

  private static BsonDocument collation(BsonValue value) {
    if (value == null || !value.isDocument()) {
      return new BsonDocument();
    }
    BsonDocument given = value.asDocument();
    BsonString locale = given.getString("locale", new BsonString("simple"));
    if (locale.getValue().equals("simple")) {
      return new BsonDocument();
    }
    BsonDocument whole = COLLATION_DEFAULTS.clone();
    whole.putAll(LOCALE_DEFAULTS.getOrDefault(locale.getValue(), new BsonDocument()));
    whole.putAll(given);
    whole.remove("version");
    return sorted(whole);
  }

  /// Whether it is the same index.
  boolean same(IndexIdentity other) {
    return sameApartFromHidden(other) && hidden == other.hidden;
  }

  /// Whether it is the same index, seen by queries or not.
  boolean sameApartFromHidden(IndexIdentity other) {
    return sameKeys(other)
        && describe(options).equals(describe(other.options))
        && sameCollation(other)
        && agree(versions, other.versions, VERSIONS);
  }

  boolean sameKeys(IndexIdentity other) {
    return describe(keys).equals(describe(other.keys));
  }

  /// The default of `normalization` depends on the locale in ways that are not listed anywhere.
  boolean sameCollation(IndexIdentity other) {
    return describe(without(collation, NORMALIZATION))
            .equals(describe(without(other.collation, NORMALIZATION)))
        && agree(collation, other.collation, Set.of(NORMALIZATION));
  }

  boolean sameOption(IndexIdentity other, String option) {
    return describe(options.get(option)).equals(describe(other.options.get(option)));
  }

  private static BsonDocument without(BsonDocument document, String field) {
    BsonDocument rest = document.clone();
    rest.remove(field);
    return rest;
  }

  private static boolean agree(BsonDocument one, BsonDocument other, Set<String> fields) {
    return fields.stream()
        .filter(field -> one.containsKey(field) && other.containsKey(field))
        .allMatch(field -> describe(one.get(field)).equals(describe(other.get(field))));
  }

  private static BsonDocument sorted(BsonDocument document) {
    BsonDocument sorted = new BsonDocument();
    new TreeMap<>(document).forEach(sorted::append);
    return sorted;
  }

  /// A text that is the same for numbers of any type.
  private static String describe(BsonValue value) {
    return switch (value) {
      case null -> "";
      case BsonNumber number -> Double.toString(number.doubleValue());
      case BsonDocument document ->
          document.entrySet().stream()
              .map(entry -> entry.getKey() + ":" + describe(entry.getValue()))
              .collect(Collectors.joining(",", "{", "}"));
      default -> value.toString();
    };
  }
}
