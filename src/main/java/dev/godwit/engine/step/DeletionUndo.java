package dev.godwit.engine.step;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.client.model.InsertManyOptions;
import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.range.IdBounds;
import dev.godwit.engine.range.IdWalk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// Inserts deleted documents again, to the byte, also where a validator that was set since would
/// refuse them. A document that somebody inserted under the same `_id` meanwhile is a conflict.
/// Images go when their documents are back, so that a crash costs one page.
final class DeletionUndo {

  private static final int PAGE = 1_000;
  private static final int ROUNDS = 10;
  private static final int BYTES = 16 * 1024 * 1024;

  private final StepContext context;
  private final OnConflict onConflict;
  private final DeletedImages images;
  private final Conflicts conflicts = new Conflicts();
  private long done;
  private long changed;

  private DeletionUndo(StepContext context, OnConflict onConflict) {
    this.context = context;
    this.onConflict = onConflict;
    this.images = new DeletedImages(context);
  }

  static StepOutcome run(StepContext context, OnConflict onConflict) {
    return new DeletionUndo(context, onConflict).run();
  }

  private StepOutcome run() {
    UndoLog log = context.undoLog();
    long total = log.collection().estimatedDocumentCount();
    IdWalk walk = IdWalk.backwards(IdBounds.read(log.collection()), PAGE);
    for (List<BsonDocument> page = walk.next(log.collection());
        !page.isEmpty();
        page = walk.next(log.collection())) {
      putBack(page);
      context.progress().report(done, total);
    }
    return StepAction.outcome(context, done, changed, 0, conflicts);
  }

  /// Images in parts make a page larger than its entries: it is worked on piece by piece.
  private void putBack(List<BsonDocument> entries) {
    List<BsonDocument> documents = new ArrayList<>();
    int bytes = 0;
    for (BsonDocument entry : entries) {
      BsonDocument image = images.image(entry);
      documents.add(image);
      bytes += Bson.bytes(image).length;
      if (bytes >= BYTES) {
        insert(documents);
        documents = new ArrayList<>();
        bytes = 0;
      }
    }
    if (!documents.isEmpty()) {
      insert(documents);
    }
  }

  private void insert(List<BsonDocument> documents) {
    MongoBulkWriteException occupied = null;
    for (int round = 0; round < ROUNDS; round++) {
      context.checkpointReached();
      Map<BsonValue, BsonDocument> current = current(documents);
      List<BsonDocument> missing = new ArrayList<>();
      List<ConditionalWriter.Write> others = new ArrayList<>();
      for (BsonDocument document : documents) {
        BsonDocument now = current.get(document.get("_id"));
        if (now == null) {
          missing.add(document);
        } else if (!Bson.identical(now, document)) {
          others.add(new ConditionalWriter.Write(now, document));
        }
      }
      occupied = insertMissing(missing);
      if (occupied == null && (onConflict == OnConflict.KeepNewer || overwrite(others))) {
        others.forEach(other -> conflicts.add(other.id()));
        changed += missing.size() + (onConflict == OnConflict.Overwrite ? others.size() : 0);
        done += documents.size();
        images.remove(Ids.of(documents));
        return;
      }
    }
    if (occupied != null) {
      throw occupied;
    }
    throw context.failed(
        "UndoContended",
        "documents of '%s' change faster than they can be put back; stop the writing application and raise spec.retry"
            .formatted(context.step().operation().collection()),
        null);
  }

  private boolean overwrite(List<ConditionalWriter.Write> others) {
    return ConditionalWriter.putBack(context.collection(), others) == others.size();
  }

  private Map<BsonValue, BsonDocument> current(List<BsonDocument> documents) {
    return Ids.map(context.collection().find(UndoLog.among(Ids.of(documents))));
  }

  /// @return what the server says when the `_id`, or a value of a unique index, of some is taken
  ///     (the first may be seen in the next round, the second stays); else null
  private MongoBulkWriteException insertMissing(List<BsonDocument> missing) {
    if (missing.isEmpty()) {
      return null;
    }
    try {
      context
          .collection()
          .insertMany(
              missing, new InsertManyOptions().ordered(false).bypassDocumentValidation(true));
      return null;
    } catch (MongoBulkWriteException some) {
      DuplicateKeys.orThrow(some);
      return some;
    }
  }
}
