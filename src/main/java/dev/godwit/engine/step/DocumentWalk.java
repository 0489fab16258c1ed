package dev.godwit.engine.step;

import com.mongodb.client.MongoCollection;
import dev.godwit.api.v1alpha1.Batches;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.range.IdBounds;
import dev.godwit.engine.range.IdWalk;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;

/// Leads a [DocumentBatch] over the documents of a collection that match a filter, in `_id` ranges.
/// A first pass ends at the highest `_id`s of its start; a second one looks for documents that
/// arrived or began to match meanwhile, wherever their `_id`s are. Each range is claimed in the
/// checkpoint before it is worked on: a later run resumes what was claimed, and the rest is new.
final class DocumentWalk {

  /// What was done, by this run and those before it.
  ///
  /// @param matched documents found
  /// @param changed documents changed, as far as the checkpoints tell
  record Walked(long matched, long changed) {}

  private static final BsonDocument ID_ONLY = new BsonDocument("_id", new BsonInt32(1));

  private final StepContext context;
  private final String collection;
  private final BsonDocument filter;
  private final Batches batches;
  private final DocumentBatch batch;
  private final long total;
  private long matched;
  private long changedBefore;

  private DocumentWalk(
      StepContext context,
      String collection,
      BsonDocument filter,
      Batches batches,
      DocumentBatch batch) {
    this.context = context;
    this.collection = collection;
    this.filter = filter;
    this.batches = batches;
    this.batch = batch;
    this.total =
        filter.isEmpty()
            ? unhurried().estimatedDocumentCount()
            : unhurried().countDocuments(filter);
  }

  /// Walks to the end.
  ///
  /// @param collection the collection that is walked
  /// @param filter which of its documents; empty for all
  /// @param resumed whether an earlier run may have done a part
  /// @param worker makes the batch of a worker
  static Walked run(
      StepContext context,
      String collection,
      BsonDocument filter,
      Batches batches,
      boolean resumed,
      Supplier<? extends DocumentBatch> worker) {
    return new DocumentWalk(context, collection, filter, batches, worker.get()).run(resumed);
  }

  private Walked run(boolean resumed) {
    BsonDocument saved = resumed ? context.history().checkpoint() : null;
    WalkCheckpoint from =
        saved == null
            ? WalkCheckpoint.start(1, IdBounds.read(unhurried()), 0, 0)
            : WalkCheckpoint.of(saved);
    matched = from.matched();
    changedBefore = from.changed();
    if (from.pass() == 1) {
      pass(from);
      from = WalkCheckpoint.start(2, IdBounds.read(unhurried()), matched, changed());
    }
    pass(from);
    return new Walked(matched, changed());
  }

  private long changed() {
    return changedBefore + batch.changed();
  }

  private void pass(WalkCheckpoint from) {
    context.progress().report(matched, Math.max(total, matched));
    BsonValue last = from.last();
    if (from.claimed() != null) {
      IdWalk unfinished = walk(from.pass(), from.bounds().upTo(from.claimed()), last);
      for (List<BsonDocument> page = unfinished.next(unhurried());
          !page.isEmpty();
          page = unfinished.next(unhurried())) {
        resume(from.pass(), page);
        context.stop().pause(batches.pauseOrDefault());
      }
      last = from.claimed();
    }
    IdWalk walk = walk(from.pass(), from.bounds(), last);
    for (List<BsonDocument> page = walk.next(unhurried());
        !page.isEmpty();
        page = walk.next(unhurried())) {
      BsonValue upper = page.getLast().get("_id");
      context.checkpointReached();
      context
          .history()
          .checkpoint(
              new WalkCheckpoint(from.pass(), from.bounds(), last, upper, matched, changed())
                  .toBson());
      fresh(from.pass(), page);
      last = upper;
      context.progress().report(matched, Math.max(total, matched));
      context.stop().pause(batches.pauseOrDefault());
    }
  }

  /// Documents that arrive late are few: the second pass looks for them by `_id` alone.
  private IdWalk walk(int pass, IdBounds bounds, BsonValue after) {
    return new IdWalk(
        filter, pass == 1 ? batch.projection() : ID_ONLY, bounds, after, batches.sizeOrDefault());
  }

  private void resume(int pass, List<BsonDocument> page) {
    context.checkpointReached();
    List<BsonDocument> documents = pass == 1 ? page : documents(ids(page));
    if (!documents.isEmpty()) {
      batch.resume(documents);
      matched += documents.size();
    }
  }

  private void fresh(int pass, List<BsonDocument> page) {
    List<BsonDocument> documents = page;
    if (pass == 2) {
      Set<BsonValue> ids = ids(page);
      ids.removeAll(batch.done(ids));
      documents = documents(ids);
    }
    if (!documents.isEmpty()) {
      batch.run(documents);
      matched += documents.size();
    }
  }

  private static Set<BsonValue> ids(List<BsonDocument> page) {
    Set<BsonValue> ids = new TreeSet<>(Bson.BY_BYTES);
    page.forEach(document -> ids.add(document.get("_id")));
    return ids;
  }

  private List<BsonDocument> documents(Set<BsonValue> ids) {
    BsonDocument query =
        new BsonDocument("$and", new BsonArray(List.of(UndoLog.among(ids), filter)));
    return ids.isEmpty()
        ? List.of()
        : context.collection(collection).find(query).into(new ArrayList<>());
  }

  private MongoCollection<BsonDocument> unhurried() {
    return context.unhurried(collection);
  }
}
