package dev.godwit.engine.backup;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.InsertManyOptions;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/// One collection of a backup, loaded under another name.
///
/// Validator and `hidden` come after the data by `collMod`: old documents may break a validator
/// that was set later, and not every server takes them at creation.
final class Shadow {

  private static final List<String> VALIDATION =
      List.of("validator", "validationLevel", "validationAction");

  /// Left by old servers, refused by new ones.
  private static final List<String> OBSOLETE = List.of("autoIndexId");

  private static final int MAX_BATCH_DOCUMENTS = 1_000;
  private static final int MAX_BATCH_BYTES = 8 << 20;
  private static final int READ_BATCH_DOCUMENTS = 5_000;
  private static final int ATTEMPTS = 4;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  private final MongoDatabase database;
  private final String name;
  private final CollectionMetadata metadata;
  private final ArchivedCollection archived;
  private final StopSignal stop;
  private final ActHook hook;

  Shadow(
      MongoDatabase database,
      String name,
      CollectionMetadata metadata,
      ArchivedCollection archived,
      StopSignal stop,
      ActHook hook) {
    this.database = database;
    this.name = name;
    this.metadata = metadata;
    this.archived = archived;
    this.stop = stop;
    this.hook = hook;
  }

  /// Loads the collection. A lost connection leaves a batch in doubt, so it begins from an empty
  /// shadow then.
  ///
  /// @param done takes the number of documents that are in
  void load(PartSource source, List<ArchivePart> parts, LongConsumer done) throws IOException {
    Duration pause = FIRST_PAUSE;
    for (int attempt = 1; ; attempt++) {
      try {
        loadOnce(source, parts, done);
        return;
      } catch (MongoException failed) {
        if (!BackupFailure.isTransient(failed) || attempt == ATTEMPTS) {
          throw failed;
        }
        stop.pause(pause);
        pause = pause.multipliedBy(2);
      }
    }
  }

  /// Compares with the backup what the server now holds.
  ///
  /// @param done takes the number of documents that were read
  /// @throws RunException when anything differs
  void verify(LongConsumer done) {
    CollectionMetadata found =
        ServerCollections.metadata(database, name)
            .orElseThrow(() -> differs("it does not exist", "", "nothing"));
    for (Map.Entry<String, BsonValue> option : options().entrySet()) {
      BsonValue value = found.options().get(option.getKey());
      if (!option.getValue().equals(value)) {
        throw differs("option " + option.getKey(), option.getValue(), value);
      }
    }
    for (BsonDocument index : metadata.indexes()) {
      if (!found.indexes().contains(index)) {
        throw differs("indexes", metadata.indexes(), found.indexes());
      }
    }
    Tally tally = new Tally();
    try (MongoCursor<RawBsonDocument> cursor =
        raw().find().batchSize(READ_BATCH_DOCUMENTS).cursor()) {
      while (cursor.hasNext()) {
        ByteBuffer bytes = cursor.next().getByteBuffer().asNIO();
        tally.add(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        if (cursor.available() == 0) {
          stop.check();
          done.accept(tally.documents());
        }
      }
    }
    if (tally.documents() != archived.documents()) {
      throw differs("documents", archived.documents(), tally.documents());
    }
    if (!tally.contentHash().equals(archived.contentHash())) {
      throw differs("content hash", archived.contentHash(), tally.contentHash());
    }
  }

  private void loadOnce(PartSource source, List<ArchivePart> parts, LongConsumer done)
      throws IOException {
    hook.before("drop shadow of " + archived.name());
    database.getCollection(name).drop();
    hook.before("create shadow of " + archived.name());
    create();
    Batch batch = new Batch(done);
    for (ArchivePart part : parts) {
      stop.check();
      source.visit(part, batch);
    }
    batch.send();
    hook.before("index shadow of " + archived.name());
    createIndexes();
    setValidation();
  }

  private void create() {
    BsonDocument command = new BsonDocument("create", new BsonString(name));
    options()
        .forEach(
            (key, value) -> {
              if (!VALIDATION.contains(key)) {
                command.append(key, value);
              }
            });
    database.runCommand(command);
  }

  private void createIndexes() {
    List<BsonDocument> indexes = new ArrayList<>();
    List<BsonDocument> hidden = new ArrayList<>();
    for (BsonDocument index : metadata.indexes()) {
      if (isImplied(index)) {
        continue;
      }
      BsonDocument spec = index.clone();
      if (spec.getBoolean("hidden", BsonBoolean.FALSE).getValue()) {
        spec.remove("hidden");
        hidden.add(spec);
      }
      indexes.add(spec);
    }
    if (!indexes.isEmpty()) {
      database.runCommand(
          new BsonDocument("createIndexes", new BsonString(name))
              .append("indexes", new BsonArray(indexes)));
    }
    for (BsonDocument index : hidden) {
      database.runCommand(
          new BsonDocument("collMod", new BsonString(name))
              .append(
                  "index",
                  new BsonDocument("name", index.get("name")).append("hidden", BsonBoolean.TRUE)));
    }
  }

  private void setValidation() {
    BsonDocument command = new BsonDocument("collMod", new BsonString(name));
    BsonDocument options = options();
    VALIDATION.stream()
        .filter(options::containsKey)
        .forEach(key -> command.append(key, options.get(key)));
    if (command.size() > 1) {
      database.runCommand(command);
    }
  }

  private BsonDocument options() {
    BsonDocument options = metadata.options().clone();
    OBSOLETE.forEach(options::remove);
    return options;
  }

  /// The `_id` index, and the one that a clustered collection is.
  private static boolean isImplied(BsonDocument index) {
    return index.getString("name").getValue().equals("_id_")
        || index.getDocument("key").equals(new BsonDocument("_id", new BsonInt32(1)))
        || index.containsKey("clustered");
  }

  private MongoCollection<RawBsonDocument> raw() {
    return database.getCollection(name, RawBsonDocument.class);
  }

  private RunException differs(String what, Object expected, Object found) {
    return BackupFailure.refused(
        "RestoreDiffers",
        null,
        "collection '%s' as loaded from the backup differs in %s: expected %s, found %s; no"
            + " collection was replaced; restore on the kind of server that was backed up, see"
            + " serverVersion in manifest.json",
        archived.name(),
        what,
        expected,
        found);
  }

  /// Collects documents and inserts them. Holds at most [#MAX_BATCH_BYTES] and one document more.
  private final class Batch implements BlockVisitor {

    private final InsertManyOptions unordered = new InsertManyOptions().ordered(false);
    private final LongConsumer done;
    private final List<RawBsonDocument> documents = new ArrayList<>();
    private long bytes;
    private long inserted;

    Batch(LongConsumer done) {
      this.done = done;
    }

    @Override
    public void document(String source, String collection, byte[] buffer, int length) {
      documents.add(new RawBsonDocument(Arrays.copyOf(buffer, length)));
      bytes += length;
      if (documents.size() == MAX_BATCH_DOCUMENTS || bytes >= MAX_BATCH_BYTES) {
        send();
      }
    }

    @Override
    public void end(String source, String collection, long crc) {}

    void send() {
      if (documents.isEmpty()) {
        return;
      }
      stop.check();
      hook.before("load into shadow of " + archived.name());
      try {
        raw().insertMany(documents, unordered);
      } catch (MongoBulkWriteException failed) {
        throw BackupFailure.refused(
            "LoadFailed",
            failed,
            "the server refused documents of collection '%s': %s; no collection was replaced",
            archived.name(),
            failed.getMessage());
      }
      inserted += documents.size();
      documents.clear();
      bytes = 0;
      done.accept(inserted);
    }
  }
}
