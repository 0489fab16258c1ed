package dev.godwit.engine.backup;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.ReplaceOptions;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/// The collections that restores replaced, remembered in the database by their names and identities
/// (`info.uuid` of listCollections, which a rename keeps), so that they can be dropped later. What
/// somebody renamed since, or put under the same name, is not dropped; nor is what somebody
/// created while the restore ran. May be ended anywhere and run again.
public final class Replaced {

  private final MongoDatabase database;
  private final MongoCollection<BsonDocument> records;
  private final StopSignal stop;

  public Replaced(MongoDatabase database, StopSignal stop) {
    this.database = database;
    this.records = database.getCollection(SwapJournal.COLLECTION, BsonDocument.class);
    this.stop = stop;
  }

  /// Remembers what a restore replaced; does nothing when it did so before.
  ///
  /// @param tag of the restore
  /// @param undone versions of migrations that it takes away
  public void remember(String tag, List<SetAside> setAside, List<String> undone) {
    if (records.find(id(tag)).first() != null) {
      return;
    }
    Map<String, BsonValue> live = identities();
    BsonArray collections =
        new BsonArray(
            setAside.stream()
                .filter(aside -> aside.reason() != SetAside.Reason.CreatedMeanwhile)
                .map(SetAside::aside)
                .filter(live::containsKey)
                .map(
                    name ->
                        new BsonDocument("name", new BsonString(name))
                            .append("uuid", live.get(name)))
                .toList());
    records.replaceOne(
        id(tag),
        id(tag)
            .append("collections", collections)
            .append("undone", new BsonArray(undone.stream().map(BsonString::new).toList())),
        new ReplaceOptions().upsert(true));
  }

  /// The versions that a restore takes away; empty when it has not put its collections in place.
  public Optional<List<String>> undone(String tag) {
    return Optional.ofNullable(records.find(id(tag)).first())
        .map(
            known ->
                known.getArray("undone").stream()
                    .map(version -> version.asString().getValue())
                    .toList());
  }

  /// Whether the history knows which versions a restore took away. A run that is repeated later
  /// must not tell it of versions that were applied since.
  public boolean isTold(String tag) {
    return records.find(id(tag).append("told", BsonBoolean.TRUE)).first() != null;
  }

  /// Notes that the history knows.
  public void tell(String tag) {
    records.updateOne(
        id(tag), new BsonDocument("$set", new BsonDocument("told", BsonBoolean.TRUE)));
  }

  /// Drops what a restore replaced.
  ///
  /// @param tag of the restore
  /// @return what it set aside and is still there
  /// @throws RunException `Refused`, when it is not known what it replaced; `Interrupted`
  public List<String> drop(String tag) {
    BsonDocument known = records.find(id(tag)).first();
    if (known == null) {
      List<String> left = left(tag);
      if (left.isEmpty()) {
        return left;
      }
      throw BackupFailure.refused(
          "ReplacedUnknown",
          null,
          "nothing in '%s' says which collections the restore with the tag '%s' replaced; nothing was dropped; look into %s and drop them by hand",
          SwapJournal.COLLECTION,
          tag,
          String.join(", ", left));
    }
    Map<String, BsonValue> live = identities();
    for (BsonValue value : known.getArray("collections")) {
      BsonDocument collection = value.asDocument();
      String name = collection.getString("name").getValue();
      if (collection.get("uuid").equals(live.get(name))) {
        stop.check();
        database.getCollection(name).drop();
      }
    }
    return left(tag);
  }

  private List<String> left(String tag) {
    DerivedNames names = new DerivedNames(database.getName(), tag);
    return identities().keySet().stream().filter(names::isAside).toList();
  }

  private Map<String, BsonValue> identities() {
    Map<String, BsonValue> identities = new TreeMap<>();
    for (BsonDocument info : database.listCollections(BsonDocument.class).into(new ArrayList<>())) {
      identities.put(
          info.getString("name").getValue(),
          info.getDocument("info", new BsonDocument()).getOrDefault("uuid", BsonNull.VALUE));
    }
    return identities;
  }

  private static BsonDocument id(String tag) {
    return new BsonDocument("_id", new BsonString(tag + "/replaced"));
  }
}
