package dev.godwit.engine.backup;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.ReplaceOptions;
import dev.godwit.api.v1alpha1.RestoreMode;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/// Remembers in the database which parts of an archive are loaded, so that a run that was ended
/// goes on with the others. It may know less than is there: a part that is loaded again finds its
/// documents there.
final class LoadJournal {

  /// Bytes of documents after which is noted what is loaded.
  static final long NOTE_EVERY = 16 << 20;

  private final MongoCollection<BsonDocument> records;
  private final BsonDocument id;
  private final BsonString request;
  private final BsonString archive;
  private final ActHook hook;
  private final TreeSet<Integer> also = new TreeSet<>();
  private Phase phase = Phase.Creating;
  private int below;
  private long unnoted;

  /// How far a restore is before anything is put in place.
  enum Phase {
    /// Old shadows, or with Overwrite the live collections, are being dropped, new ones created.
    Creating,
    /// Parts are being loaded.
    Loading,
    /// All is loaded and as in the backup, but documents do not expire yet.
    Compared,
    /// All is as in the backup.
    Complete
  }

  /// @param tag of the restore
  /// @param request what is restored how; another request begins anew
  /// @param archive SHA-256 of the archive; another archive begins anew
  LoadJournal(MongoDatabase database, String tag, String request, String archive, ActHook hook) {
    this.records = database.getCollection(SwapJournal.COLLECTION, BsonDocument.class);
    this.id = id(tag);
    this.request = new BsonString(request);
    this.archive = new BsonString(archive);
    this.hook = hook;
  }

  /// Whether a run of a restore in this mode has begun to create its collections; with Overwrite
  /// the live ones may be dropped.
  static boolean isOf(MongoDatabase database, String tag, RestoreMode mode) {
    BsonDocument found =
        database.getCollection(SwapJournal.COLLECTION, BsonDocument.class).find(id(tag)).first();
    return found != null && found.getString("request").getValue().startsWith(mode + " ");
  }

  private static BsonDocument id(String tag) {
    return new BsonDocument("_id", new BsonString(tag + "/load"));
  }

  /// Reads what a run before noted.
  ///
  /// @return false when there was none, or one that loaded something else
  boolean resume() {
    BsonDocument found = records.find(id).first();
    if (found == null
        || !request.equals(found.get("request"))
        || !archive.equals(found.get("archive"))) {
      return false;
    }
    phase = Phase.valueOf(found.getString("phase").getValue());
    below = found.getInt32("below").getValue();
    found.getArray("also").forEach(part -> also.add(part.asInt32().getValue()));
    return true;
  }

  Phase phase() {
    return phase;
  }

  /// Whether all was loaded and found to be as in the backup.
  boolean isCompared() {
    return phase.compareTo(Phase.Compared) >= 0;
  }

  /// Notes that another phase begins.
  synchronized void enter(Phase next) {
    phase = next;
    if (next == Phase.Creating) {
      below = 0;
      also.clear();
    }
    note();
  }

  synchronized boolean isLoaded(int part) {
    return part < below || also.contains(part);
  }

  /// @param bytes of its documents
  synchronized void loaded(int part, long bytes) {
    if (part >= below) {
      also.add(part);
    }
    while (also.remove(below)) {
      below++;
    }
    unnoted += bytes;
    if (unnoted >= NOTE_EVERY) {
      note();
    }
  }

  /// Writes down what is loaded.
  synchronized void note() {
    hook.before("note what is loaded");
    unnoted = 0;
    records.replaceOne(
        id,
        id.clone()
            .append("request", request)
            .append("archive", archive)
            .append("phase", new BsonString(phase.name()))
            .append("below", new BsonInt32(below))
            .append("also", new BsonArray(also.stream().map(BsonInt32::new).toList())),
        new ReplaceOptions().upsert(true));
  }

  void remove() {
    records.deleteOne(id);
  }
}
