package dev.godwit.engine.step;

import com.mongodb.client.model.ReplaceOptions;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.bson.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonMaximumSizeExceededException;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;

/// What the pipeline of a merge yielded for the page that is worked on, and which documents of the
/// source are done. A page is recorded, sealed, and only then written: after a crash a sealed page
/// is written to its end as it was recorded, one that is not sealed is forgotten.
final class MergeJournal {

  private static final BsonString STATE = new BsonString("state");
  private static final BsonDocument RESULTS =
      new BsonDocument("_id", new BsonDocument("$gte", new BsonInt64(0)));
  private static final int CHUNK = 1_000;
  private static final int CHUNK_BYTES = 8 * 1024 * 1024;

  private final StepContext context;
  private final WorkCollection results;
  private final WorkCollection walked;

  private boolean sealed;
  private long page;
  private long next;
  private long end;
  private long skipped;

  /// Opens the journal, and forgets a page that was not sealed.
  MergeJournal(StepContext context) {
    this.context = context;
    this.results = new WorkCollection(context, "results");
    this.walked = new WorkCollection(context, "walked");
    BsonDocument state = results.collection().find(new BsonDocument("_id", STATE)).first();
    if (state != null) {
      sealed = state.getBoolean("sealed").getValue();
      page = state.getInt64("page").getValue();
      next = state.getInt64("next").getValue();
      end = state.getInt64("end").getValue();
      skipped = state.getInt64("skipped").getValue();
    }
    if (!sealed) {
      results.collection().deleteMany(RESULTS);
      walked.collection().deleteMany(new BsonDocument("page", new BsonInt64(page)));
    }
  }

  /// Whether a page is to be written to its end.
  boolean isSealed() {
    return sealed;
  }

  /// Incoming documents, and documents of the source, that were left out.
  long skipped() {
    return skipped;
  }

  /// Which documents of the source are done.
  Set<BsonValue> done(Collection<BsonValue> ids) {
    Set<BsonValue> done = new TreeSet<>(Bson.BY_BYTES);
    walked
        .collection()
        .find(UndoLog.among(ids))
        .batchSize(Math.max(1, ids.size()))
        .projection(new BsonDocument("_id", new BsonInt32(1)))
        .forEach(document -> done.add(document.get("_id")));
    return done;
  }

  /// A page that is being recorded.
  final class Recording {
    private final List<BsonDocument> buffer = new ArrayList<>();
    private long bytes;

    /// Records a document that the pipeline yielded; it gets an `_id` if it has none.
    void add(BsonDocument document) {
      boolean ownId = document.containsKey("_id");
      BsonDocument whole =
          new BsonDocument("_id", ownId ? document.get("_id") : new BsonObjectId());
      document.forEach(whole::putIfAbsent);
      BsonDocument result =
          new BsonDocument("_id", new BsonInt64(end++))
              .append("ownId", BsonBoolean.valueOf(ownId))
              .append("document", fields(whole));
      buffer.add(result);
      bytes += Bson.bytes(result).length;
      if (buffer.size() == CHUNK || bytes >= CHUNK_BYTES) {
        flush();
      }
    }

    private void flush() {
      if (buffer.isEmpty()) {
        return;
      }
      context.checkpointReached();
      try {
        results.collection().insertMany(buffer);
      } catch (BsonMaximumSizeExceededException tooLarge) {
        throw context.failed(
            "ResultTooLarge",
            "a document that the pipeline yields does not fit into the record of what is to be written (16 MiB); let it yield fewer fields",
            tooLarge);
      }
      buffer.clear();
      bytes = 0;
    }

    /// From here on the page is written to its end, whatever happens.
    ///
    /// @param ids of the documents of the source
    /// @param left how many of them the pipeline left out
    void seal(Collection<BsonValue> ids, long left) {
      flush();
      FirstWins.insert(
          walked.collection(),
          ids.stream()
              .map(id -> new BsonDocument("_id", id).append("page", new BsonInt64(page)))
              .toList());
      sealed = true;
      skipped += left;
      save();
    }
  }

  /// Begins a page.
  Recording record() {
    return new Recording();
  }

  /// A part of the sealed page.
  ///
  /// @param number the same when it is read again after a crash
  record Chunk(long number, List<Incoming> documents) {}

  /// The next chunk that is not written; empty when all are.
  Chunk read() {
    List<Incoming> documents = new ArrayList<>();
    BsonDocument range =
        new BsonDocument("$gte", new BsonInt64(next))
            .append("$lt", new BsonInt64(Math.min(end, next + CHUNK)));
    long bytes = 0;
    for (BsonDocument result :
        results
            .collection()
            .find(new BsonDocument("_id", range))
            .batchSize(CHUNK)
            .sort(new BsonDocument("_id", new BsonInt32(1)))) {
      if (bytes >= CHUNK_BYTES) {
        break;
      }
      bytes += Bson.bytes(result).length;
      BsonDocument document = new BsonDocument();
      Field.fromBson(result.getArray("document"))
          .forEach(field -> document.append(field.name(), field.value()));
      documents.add(new Incoming(document, result.getBoolean("ownId").getValue()));
    }
    if (documents.isEmpty() && next < end) {
      throw context.failed(
          "JournalDamaged",
          "results that were recorded in '%s' are gone: somebody removed them, so the merge cannot go on"
              .formatted(results.name()),
          null);
    }
    return new Chunk(next, documents);
  }

  /// Notes that a chunk is written; after the last one the page is done.
  ///
  /// @param left how many of its documents were left out
  void written(Chunk chunk, long left) {
    next += chunk.documents().size();
    skipped += left;
    if (next >= end) {
      sealed = false;
      page++;
    }
    save();
    if (!sealed && !chunk.documents().isEmpty()) {
      results.collection().deleteMany(RESULTS);
    }
  }

  private static BsonArray fields(BsonDocument document) {
    return Field.toBson(
        document.entrySet().stream()
            .map(field -> new Field(field.getKey(), field.getValue()))
            .toList());
  }

  private void save() {
    results
        .collection()
        .replaceOne(
            new BsonDocument("_id", STATE),
            new BsonDocument("_id", STATE)
                .append("sealed", BsonBoolean.valueOf(sealed))
                .append("page", new BsonInt64(page))
                .append("next", new BsonInt64(next))
                .append("end", new BsonInt64(end))
                .append("skipped", new BsonInt64(skipped)),
            new ReplaceOptions().upsert(true));
  }
}
