package dev.godwit.engine.step;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.changelog.IndexDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/// The collections of a database as they were at a moment: options and indexes.
///
/// @param collections by name; a collection that did not exist is in it with `exists` false
public record Catalog(Map<String, Entry> collections) {

  /// Keeps the types of numbers.
  private static final JsonWriterSettings CANONICAL =
      JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

  /// @param options as listCollections reports them
  /// @param indexes as listIndexes reports them, without the server's own keys
  public record Entry(boolean exists, BsonDocument options, List<IndexDefinition> indexes) {
    public static final Entry ABSENT = new Entry(false, new BsonDocument(), List.of());

    /// Whether the collection has all these options.
    public boolean optionsHold(BsonDocument wanted) {
      return CreateCollectionAction.missingOptions(wanted, options).isEmpty();
    }

    /// An index as this collection would have it.
    public IndexDefinition here(IndexDefinition index) {
      return index.in(options.get("collation"));
    }

    /// Whether it is a view or a time-series collection, which a server does not rename.
    public boolean isFixed() {
      return options.containsKey("viewOn") || options.containsKey("timeseries");
    }
  }

  /// Reads the named collections.
  public static Catalog read(MongoDatabase database, Collection<String> names) {
    Map<String, Entry> entries = new TreeMap<>();
    names.forEach(name -> entries.put(name, Entry.ABSENT));
    for (BsonDocument info : database.listCollections(BsonDocument.class)) {
      String name = info.getString("name").getValue();
      if (entries.containsKey(name)) {
        entries.put(
            name,
            new Entry(
                true,
                info.getDocument("options", new BsonDocument()),
                info.getString("type", new BsonString("collection")).getValue().equals("view")
                    ? List.of()
                    : indexes(database, name)));
      }
    }
    return new Catalog(entries);
  }

  private static List<IndexDefinition> indexes(MongoDatabase database, String name) {
    List<IndexDefinition> indexes = new ArrayList<>();
    database
        .getCollection(name)
        .listIndexes(BsonDocument.class)
        .map(IndexDefinition::ofServer)
        .into(indexes);
    return List.copyOf(indexes);
  }

  /// The collection, or an absent one.
  public Entry get(String name) {
    return collections.getOrDefault(name, Entry.ABSENT);
  }

  /// These collections alone.
  public Catalog only(Collection<String> names) {
    Map<String, Entry> entries = new TreeMap<>(collections);
    entries.keySet().retainAll(names);
    return new Catalog(entries);
  }

  /// What differs now from this catalog in a way that a rollback should have undone: collections
  /// that are there or not, other options, indexes that are missing or have other options. Indexes
  /// that somebody else added are none of it.
  public List<String> differences(Catalog now) {
    List<String> differences = new ArrayList<>();
    collections.forEach(
        (name, before) -> {
          Entry after = now.get(name);
          if (before.exists() != after.exists()) {
            differences.add(
                "collection '%s' %s"
                    .formatted(name, after.exists() ? "is still there" : "is missing"));
          } else if (before.exists()) {
            if (!Bson.identical(asStored(before.options()), asStored(after.options()))) {
              differences.add("collection '%s' has other options".formatted(name));
            }
            before.indexes().stream()
                .filter(index -> after.indexes().stream().noneMatch(index::sameIndex))
                .forEach(
                    index ->
                        differences.add(
                            "index '%s' of '%s' is missing or has other options"
                                .formatted(index.name(), name)));
          }
        });
    return differences;
  }

  /// As [#toBson] and [#fromBson] give it back: JSON knows one form of a regular expression, a
  /// validator has two. A collection whose validator was removed keeps an empty one, or level and
  /// action, and is the same as one that never had any.
  private static BsonDocument asStored(BsonDocument options) {
    BsonDocument stored = BsonDocument.parse(options.toJson(CANONICAL));
    if (new BsonDocument().equals(stored.get("validator"))) {
      stored.remove("validator");
    }
    if (!stored.containsKey("validator")
        || new BsonString("strict").equals(stored.get("validationLevel"))) {
      stored.remove("validationLevel");
    }
    if (!stored.containsKey("validator")
        || new BsonString("error").equals(stored.get("validationAction"))) {
      stored.remove("validationAction");
    }
    return stored;
  }

  /// The catalog as BSON.
  public BsonArray toBson() {
    BsonArray array = new BsonArray();
    collections.forEach(
        (name, entry) ->
            array.add(
                new BsonDocument("collection", new BsonString(name))
                    .append("exists", BsonBoolean.valueOf(entry.exists()))
                    .append("options", new BsonString(entry.options().toJson(CANONICAL)))
                    .append(
                        "indexes",
                        new BsonArray(
                            entry.indexes().stream()
                                .map(
                                    index ->
                                        (BsonValue)
                                            new BsonString(index.toCommand().toJson(CANONICAL)))
                                .toList()))));
    return array;
  }

  /// The catalog from [#toBson].
  public static Catalog fromBson(BsonArray array) {
    Map<String, Entry> entries = new TreeMap<>();
    for (BsonValue value : array) {
      BsonDocument document = value.asDocument();
      entries.put(
          document.getString("collection").getValue(),
          new Entry(
              document.getBoolean("exists").getValue(),
              BsonDocument.parse(document.getString("options").getValue()),
              document.getArray("indexes").stream()
                  .map(index -> BsonDocument.parse(index.asString().getValue()))
                  .map(IndexDefinition::ofServer)
                  .toList()));
    }
    return new Catalog(entries);
  }
}
