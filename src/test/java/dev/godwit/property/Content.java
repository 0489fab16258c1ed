package dev.godwit.property;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.bson.Bson;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;

/// All that is in a database but for Godwit's own collections, to the byte. The order of documents
/// does not count. `_id`s that a run made up are one like the other.
///
/// @param collections by name
record Content(Map<String, Collected> collections) {

  private static final Date YOUNG = new Date(1_700_000_000_000L);
  private static final int SHOWN = 600;

  /// @param documents the bytes as hexadecimal digits, sorted
  record Collected(List<String> documents, List<String> indexes, String options) {}

  static Content of(MongoDatabase database) {
    Map<String, Collected> collections = new TreeMap<>();
    for (BsonDocument info : database.listCollections(BsonDocument.class)) {
      String name = info.getString("name").getValue();
      if (!name.startsWith("_godwit_")) {
        collections.put(
            name,
            new Collected(
                documents(database, name),
                indexes(database, name),
                options(info.getDocument("options", new BsonDocument())).toJson()));
      }
    }
    return new Content(collections);
  }

  /// A server cannot forget that there was a validator: an empty one, and its level and action,
  /// say the same as none.
  private static BsonDocument options(BsonDocument options) {
    if (options.getDocument("validator", new BsonDocument()).isEmpty()) {
      List.of("validator", "validationLevel", "validationAction").forEach(options::remove);
    }
    return options;
  }

  private static List<String> documents(MongoDatabase database, String name) {
    List<String> documents = new ArrayList<>();
    for (RawBsonDocument raw : database.getCollection(name, RawBsonDocument.class).find()) {
      BsonDocument document = raw;
      // A document that has an _id of its own keeps its bytes as the server sent them.
      if (raw.isObjectId("_id") && raw.getObjectId("_id").getValue().getDate().after(YOUNG)) {
        document = new BsonDocument("_id", new BsonString("made by the run"));
        for (Map.Entry<String, org.bson.BsonValue> field : raw.entrySet()) {
          document.putIfAbsent(field.getKey(), field.getValue());
        }
      }
      documents.add(HexFormat.of().formatHex(bytes(document)));
    }
    documents.sort(null);
    return documents;
  }

  private static byte[] bytes(BsonDocument document) {
    if (!(document instanceof RawBsonDocument raw)) {
      return Bson.bytes(document);
    }
    byte[] bytes = new byte[raw.getByteBuffer().remaining()];
    raw.getByteBuffer().get(bytes);
    return bytes;
  }

  private static List<String> indexes(MongoDatabase database, String name) {
    List<String> indexes = new ArrayList<>();
    for (BsonDocument index : database.getCollection(name).listIndexes(BsonDocument.class)) {
      index.remove("storageEngine");
      indexes.add(index.toJson());
    }
    indexes.sort(null);
    return indexes;
  }

  /// What differs, for people; empty when nothing does.
  String difference(Content other) {
    StringBuilder text = new StringBuilder();
    Map<String, Collected> names = new TreeMap<>(collections);
    names.putAll(other.collections);
    for (String name : names.keySet()) {
      Collected here = collections.get(name);
      Collected there = other.collections.get(name);
      if (here == null || there == null) {
        text.append(
            "%s: %s%n".formatted(name, here == null ? "is missing" : "should not be there"));
      } else {
        compare(text, name + " options", List.of(here.options), List.of(there.options));
        compare(text, name + " indexes", here.indexes, there.indexes);
        int length = text.length();
        compare(text, name, shell(here.documents), shell(there.documents));
        if (text.length() == length) {
          compare(text, name + " bytes", here.documents, there.documents);
        }
      }
    }
    return text.toString();
  }

  private static void compare(
      StringBuilder text, String what, List<String> here, List<String> there) {
    less(here, there).forEach(one -> text.append("%s: is        %s%n".formatted(what, one)));
    less(there, here).forEach(one -> text.append("%s: should be %s%n".formatted(what, one)));
  }

  private static List<String> less(List<String> all, List<String> without) {
    List<String> rest = new ArrayList<>(all);
    without.forEach(rest::remove);
    return rest;
  }

  private static List<String> shell(List<String> documents) {
    return documents.stream()
        .map(hex -> Bson.shell(new RawBsonDocument(HexFormat.of().parseHex(hex))))
        .map(
            text -> text.length() > SHOWN ? text.substring(0, SHOWN) + "…" + text.hashCode() : text)
        .toList();
  }
}
