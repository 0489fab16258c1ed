package dev.godwit.engine.scratch;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.CollectionName;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.bson.Bson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;

/// What differs between a database as it was and as it is: collections, options, indexes, and every
/// document to the byte. Godwit's own collections and the server's do not count.
public final class DatabaseDifference {

  private final MongoDatabase was;
  private final MongoDatabase is;
  private final StopSignal stop;

  public DatabaseDifference(MongoDatabase was, MongoDatabase is, StopSignal stop) {
    this.was = was;
    this.is = is;
    this.stop = stop;
  }

  /// The differences in sentences, with the `_id`s of some documents; empty when there are none.
  public List<String> find() {
    Map<String, BsonDocument> before = collections(was);
    Map<String, BsonDocument> after = collections(is);
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      stop.check();
      if (!after.containsKey(name)) {
        differences.add("'%s' is missing".formatted(name));
      } else if (!before.containsKey(name)) {
        differences.add("'%s' was not there before".formatted(name));
      } else {
        compare(name, before.get(name), after.get(name), differences);
      }
    }
    return differences;
  }

  private static Map<String, BsonDocument> collections(MongoDatabase database) {
    Map<String, BsonDocument> collections = new TreeMap<>();
    for (BsonDocument info : database.listCollections(BsonDocument.class)) {
      String name = info.getString("name").getValue();
      if (!name.startsWith(CollectionName.OWN_PREFIX) && !name.startsWith("system.")) {
        collections.put(name, info);
      }
    }
    return collections;
  }

  private static String type(BsonDocument info) {
    return info.getString("type", new BsonString("collection")).getValue();
  }

  private void compare(
      String name, BsonDocument before, BsonDocument after, List<String> differences) {
    if (!type(before).equals(type(after))) {
      differences.add("'%s' was a %s and is a %s".formatted(name, type(before), type(after)));
      return;
    }
    BsonDocument options = DatabaseCopy.options(before);
    BsonDocument now = DatabaseCopy.options(after);
    if (!Bson.identical(options, now)) {
      differences.add(
          "the options of '%s' were %s and are %s"
              .formatted(name, Bson.shell(options), Bson.shell(now)));
    }
    if (type(before).equals("view")) {
      return;
    }
    indexes(name, differences);
    new CollectionDifference(
            was.getCollection(name, RawBsonDocument.class),
            is.getCollection(name, RawBsonDocument.class),
            stop)
        .find()
        .forEach(it -> differences.add("'%s' %s".formatted(name, it)));
  }

  private void indexes(String name, List<String> differences) {
    Map<String, String> before = shown(was, name);
    Map<String, String> after = shown(is, name);
    before.forEach(
        (index, definition) -> {
          if (!after.containsKey(index)) {
            differences.add("index '%s' of '%s' is missing".formatted(index, name));
          } else if (!after.get(index).equals(definition)) {
            differences.add(
                "index '%s' of '%s' was %s and is %s"
                    .formatted(index, name, definition, after.get(index)));
          }
        });
    after.keySet().stream()
        .filter(index -> !before.containsKey(index))
        .forEach(
            index ->
                differences.add("index '%s' of '%s' was not there before".formatted(index, name)));
  }

  private static Map<String, String> shown(MongoDatabase database, String name) {
    return DatabaseCopy.indexes(database, name).stream()
        .collect(
            Collectors.toMap(
                index -> index.getString("name").getValue(),
                Bson::shell,
                (one, _) -> one,
                TreeMap::new));
  }
}
