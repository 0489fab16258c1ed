package dev.godwit.engine.scratch;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.InsertManyOptions;
import dev.godwit.engine.RunException;
import dev.godwit.engine.ServerMessage;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.bson.Bson;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;

/// Copies collections from one database of a server to another, with options and indexes, through
/// this process. The source is only read. Not a backup: collections are read one after the other.
public final class DatabaseCopy {

  private static final int BATCH_DOCUMENTS = 1_000;
  private static final long BATCH_BYTES = 8L << 20;

  private final MongoDatabase source;
  private final MongoDatabase target;
  private final StopSignal stop;

  public DatabaseCopy(MongoDatabase source, MongoDatabase target, StopSignal stop) {
    this.source = source;
    this.target = target;
    this.stop = stop;
  }

  /// Copies; a collection of that name in the target is replaced, one that the source does not
  /// have goes.
  ///
  /// @param wanted which collections, by their names; those of the server are never taken
  /// @throws RunException `Refused` when the server does not take a copy, `Interrupted` on a stop
  public void run(Predicate<String> wanted) {
    Predicate<String> chosen = wanted.and(name -> !name.startsWith("system."));
    for (String name : target.listCollectionNames().into(new ArrayList<>())) {
      if (chosen.test(name)) {
        target.getCollection(name).drop();
      }
    }
    List<BsonDocument> views = new ArrayList<>();
    for (BsonDocument info : source.listCollections(BsonDocument.class).into(new ArrayList<>())) {
      String name = info.getString("name").getValue();
      if (!chosen.test(name)) {
        continue;
      }
      if (type(info).equals("view")) {
        views.add(info);
      } else {
        attempt(name, () -> collection(info));
      }
    }
    views.forEach(view -> attempt(view.getString("name").getValue(), () -> create(view)));
  }

  private static String type(BsonDocument info) {
    return info.getString("type", new BsonString("collection")).getValue();
  }

  private static void attempt(String name, Runnable copy) {
    try {
      copy.run();
    } catch (MongoException failed) {
      throw RunException.refused(
          "CopyFailed",
          null,
          "the server does not take a copy of '%s': %s".formatted(name, ServerMessage.of(failed)));
    }
  }

  private void create(BsonDocument info) {
    BsonDocument command = new BsonDocument("create", info.getString("name"));
    command.putAll(options(info));
    target.runCommand(command);
  }

  private void collection(BsonDocument info) {
    String name = info.getString("name").getValue();
    create(info);
    BsonDocument validator = options(info);
    validator.keySet().removeIf(key -> !key.startsWith("validat"));
    if (!validator.isEmpty() && !Bson.identical(options(info), options(infoOf(target, name)))) {
      // Some servers forget at creation what they take afterwards.
      BsonDocument command = new BsonDocument("collMod", new BsonString(name));
      command.putAll(validator);
      target.runCommand(command);
    }
    documents(name);
    List<BsonDocument> indexes = indexes(source, name);
    indexes.removeIf(
        index ->
            index.getString("name").getValue().equals("_id_") || index.containsKey("clustered"));
    if (!indexes.isEmpty()) {
      target.runCommand(
          new BsonDocument("createIndexes", new BsonString(name))
              .append("indexes", new BsonArray(indexes)));
    }
  }

  private void documents(String name) {
    MongoCollection<RawBsonDocument> into = target.getCollection(name, RawBsonDocument.class);
    InsertManyOptions options = new InsertManyOptions().bypassDocumentValidation(true);
    List<RawBsonDocument> batch = new ArrayList<>();
    long bytes = 0;
    try (var cursor =
        source
            .getCollection(name, RawBsonDocument.class)
            .find()
            .batchSize(BATCH_DOCUMENTS)
            .cursor()) {
      while (cursor.hasNext()) {
        RawBsonDocument document = cursor.next();
        batch.add(document);
        bytes += document.getByteBuffer().remaining();
        if (batch.size() == BATCH_DOCUMENTS || bytes > BATCH_BYTES) {
          stop.check();
          into.insertMany(batch, options);
          batch.clear();
          bytes = 0;
        }
      }
    }
    if (!batch.isEmpty()) {
      into.insertMany(batch, options);
    }
  }

  /// The entry of `listCollections`.
  static BsonDocument infoOf(MongoDatabase database, String name) {
    return database
        .listCollections(BsonDocument.class)
        .filter(new BsonDocument("name", new BsonString(name)))
        .first();
  }

  static BsonDocument options(BsonDocument info) {
    return info.getDocument("options", new BsonDocument()).clone();
  }

  /// As `listIndexes` gives them, without what belongs to the place.
  static List<BsonDocument> indexes(MongoDatabase database, String name) {
    List<BsonDocument> indexes = new ArrayList<>();
    for (BsonDocument index : database.getCollection(name).listIndexes(BsonDocument.class)) {
      index.remove("ns");
      index.remove("storageEngine");
      indexes.add(index);
    }
    return indexes;
  }
}
