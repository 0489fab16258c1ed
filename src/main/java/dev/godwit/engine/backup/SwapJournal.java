package dev.godwit.engine.backup;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.ReplaceOptions;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/// Remembers in the database that all shadows of a restore are complete, and which renames follow.
/// From then on a run with the same tag goes on with the renames and loads nothing.
final class SwapJournal {

  /// Never dumped, never restored.
  static final String COLLECTION = "_godwit_scratch_restore";

  private final MongoCollection<BsonDocument> records;

  SwapJournal(MongoDatabase database) {
    this.records = database.getCollection(COLLECTION, BsonDocument.class);
  }

  Optional<SwapRecord> find(String tag) {
    return Optional.ofNullable(records.find(id(tag)).first()).map(SwapJournal::decode);
  }

  void save(String tag, SwapRecord swap) {
    records.replaceOne(id(tag), encode(tag, swap), new ReplaceOptions().upsert(true));
  }

  /// A pipeline is kept as text: some servers refuse stored keys that begin with `$`.
  private static String json(BsonDocument options) {
    return options.toJson(JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build());
  }

  private static BsonDocument id(String tag) {
    return new BsonDocument("_id", new BsonString(tag));
  }

  private static BsonDocument encode(String tag, SwapRecord swap) {
    return id(tag)
        .append("location", new BsonString(swap.location()))
        .append("request", new BsonString(swap.request()))
        .append("finished", BsonBoolean.valueOf(swap.finished()))
        .append("documents", new BsonInt64(swap.documents()))
        .append("unchanged", new BsonArray(swap.unchanged().stream().map(BsonString::new).toList()))
        .append(
            "create",
            new BsonArray(
                swap.create().stream()
                    .map(
                        view ->
                            new BsonDocument("name", new BsonString(view.name()))
                                .append("options", new BsonString(json(view.options()))))
                    .toList()))
        .append(
            "renames", new BsonArray(swap.renames().stream().map(SwapJournal::encode).toList()));
  }

  private static BsonDocument encode(SwapRecord.Rename rename) {
    return new BsonDocument("collection", new BsonString(rename.collection()))
        .append("restored", BsonBoolean.valueOf(rename.restored()))
        .append("existed", BsonBoolean.valueOf(rename.existed()))
        .append("firstAside", new BsonInt32(rename.firstAside()))
        .append("uuid", rename.uuid() == null ? BsonNull.VALUE : new BsonString(rename.uuid()));
  }

  private static SwapRecord decode(BsonDocument document) {
    List<SwapRecord.Rename> renames =
        document.getArray("renames").stream()
            .map(value -> value.asDocument())
            .map(
                rename ->
                    new SwapRecord.Rename(
                        rename.getString("collection").getValue(),
                        rename.getBoolean("restored").getValue(),
                        rename.getBoolean("existed").getValue(),
                        rename.getNumber("firstAside").intValue(),
                        rename.isString("uuid") ? rename.getString("uuid").getValue() : null))
            .toList();
    List<SwapRecord.View> create =
        document.getArray("create").stream()
            .map(value -> value.asDocument())
            .map(
                view ->
                    new SwapRecord.View(
                        view.getString("name").getValue(),
                        OperatorSafeJson.parse(view.getString("options").getValue())))
            .toList();
    return new SwapRecord(
        document.getString("location").getValue(),
        document.getString("request").getValue(),
        document.getBoolean("finished").getValue(),
        document.getNumber("documents").longValue(),
        document.getArray("unchanged").stream().map(value -> value.asString().getValue()).toList(),
        create,
        renames);
  }
}
