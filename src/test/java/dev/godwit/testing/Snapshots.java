package dev.godwit.testing;

import com.mongodb.client.MongoDatabase;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/// What is in a database, for comparison: of each collection a hash over the bytes of its documents
/// in `_id` order, and its indexes and options. Godwit's own collections are left out.
public final class Snapshots {

  private Snapshots() {}

  /// Collection → content.
  public static Map<String, String> of(MongoDatabase database) {
    Map<String, String> snapshot = new TreeMap<>();
    for (BsonDocument info : database.listCollections(BsonDocument.class)) {
      String name = info.getString("name").getValue();
      if (!name.startsWith("_godwit_")) {
        snapshot.put(
            name,
            "documents %s, indexes %s, options %s"
                .formatted(
                    documents(database, name),
                    indexes(database, name),
                    options(info.getDocument("options", new BsonDocument())).toJson()));
      }
    }
    return snapshot;
  }

  /// No server forgets that there was a validator: an empty one is none.
  private static BsonDocument options(BsonDocument options) {
    if (new BsonDocument().equals(options.get("validator"))) {
      options.remove("validator");
    }
    if (!options.containsKey("validator")) {
      options.remove("validationLevel");
      options.remove("validationAction");
    }
    return options;
  }

  private static String documents(MongoDatabase database, String name) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      long[] count = {0};
      database
          .getCollection(name, RawBsonDocument.class)
          .find()
          .sort(BsonDocument.parse("{_id: 1}"))
          .forEach(
              document -> {
                digest.update(document.getByteBuffer().asNIO());
                count[0]++;
              });
      return count[0] + " " + HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }

  private static List<String> indexes(MongoDatabase database, String name) {
    List<String> indexes = new ArrayList<>();
    database
        .getCollection(name)
        .listIndexes(BsonDocument.class)
        .forEach(
            index -> {
              index.remove("storageEngine");
              indexes.add(index.toJson());
            });
    indexes.sort(null);
    return indexes;
  }

  /// The names of Godwit's own collections in a database.
  public static List<String> ownCollections(MongoDatabase database) {
    List<String> names = new ArrayList<>();
    for (String name : database.listCollectionNames()) {
      if (name.startsWith("_godwit_")) {
        names.add(name);
      }
    }
    names.sort(null);
    return names;
  }
}
