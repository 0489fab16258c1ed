package dev.godwit.engine.step;

import com.mongodb.client.MongoCollection;
import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.range.IdBounds;
import dev.godwit.engine.range.IdWalk;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonValue;

/// Updates documents in `_id` ranges with a checkpoint after each. A first pass ends at the highest
/// `_id`s of its start; a second one looks for documents that arrived or began to match meanwhile,
/// wherever their `_id`s are.
final class UpdateAction implements StepAction {

  private static final BsonDocument ID_ONLY = new BsonDocument("_id", new BsonInt32(1));

  private final CompiledOperation.Update update;

  UpdateAction(CompiledOperation.Update update) {
    this.update = update;
  }

  @Override
  public BsonDocument intent(StepContext context) {
    return new BsonDocument();
  }

  @Override
  public StepOutcome apply(StepContext context, BsonDocument intent, boolean resumed) {
    Run run = new Run(context);
    Checkpoint checkpoint = resumed ? Checkpoint.of(context.history().checkpoint()) : null;
    if (checkpoint == null) {
      checkpoint = new Checkpoint(1, IdBounds.read(context.collection()), null, 0, 0);
    }
    run.matched = checkpoint.matched();
    run.changedBefore = checkpoint.changed();
    boolean late = checkpoint.pass() == 2;
    if (!late) {
      run.firstPass(checkpoint, resumed);
      checkpoint =
          new Checkpoint(2, IdBounds.read(context.collection()), null, run.matched, run.changed());
    }
    run.catchUp(checkpoint, late && resumed);
    run.transformation.close();
    long changed = context.undoLog().count();
    return StepAction.outcome(context, Math.max(run.matched, changed), changed, 0, run.conflicts);
  }

  @Override
  public long logged(StepOutcome outcome) {
    return outcome.changed();
  }

  @Override
  public StepOutcome undo(StepContext context, BsonDocument intent, OnConflict onConflict) {
    return UndoReplay.run(context, onConflict, new Conflicts());
  }

  /// How far the step is.
  ///
  /// @param pass 1, or 2 for the catch-up
  /// @param last the `_id` up to which the pass is done; null at its start
  private record Checkpoint(int pass, IdBounds bounds, BsonValue last, long matched, long changed) {

    BsonDocument toBson() {
      BsonDocument document =
          new BsonDocument("pass", new BsonInt32(pass))
              .append("bounds", bounds.toBson())
              .append("matched", new BsonInt64(matched))
              .append("changed", new BsonInt64(changed));
      return last == null ? document : document.append("last", last);
    }

    static Checkpoint of(BsonDocument document) {
      return document == null
          ? null
          : new Checkpoint(
              document.getNumber("pass").intValue(),
              IdBounds.fromBson(document.getArray("bounds")),
              document.get("last"),
              document.getNumber("matched").longValue(),
              document.getNumber("changed").longValue());
    }
  }

  /// The state of one run of the step.
  private final class Run {
    private final StepContext context;
    private final Transformation transformation;
    private final UpdateBatch batch;
    private final Conflicts conflicts = new Conflicts();
    private final long total;
    private long matched;
    private long changedBefore;

    Run(StepContext context) {
      this.context = context;
      this.transformation = new Transformation(context, update);
      this.batch = new UpdateBatch(context, update, transformation, conflicts);
      this.total = expected();
    }

    private long expected() {
      MongoCollection<BsonDocument> collection = context.unhurried();
      return update.filter().isEmpty()
          ? collection.estimatedDocumentCount()
          : collection.countDocuments(update.filter());
    }

    long changed() {
      return changedBefore + batch.changed();
    }

    void firstPass(Checkpoint from, boolean resumed) {
      IdWalk walk =
          new IdWalk(
              update.filter(), null, from.bounds(), from.last(), update.batches().sizeOrDefault());
      context.progress().report(matched, total + matched);
      for (List<BsonDocument> page = walk.next(context.unhurried());
          !page.isEmpty();
          page = walk.next(context.unhurried())) {
        if (resumed) {
          batch.resume(page);
        } else {
          batch.update(page);
        }
        matched += page.size();
        save(new Checkpoint(1, from.bounds(), page.getLast().get("_id"), matched, changed()));
        context.progress().report(matched, Math.max(total, matched));
        context.stop().pause(update.batches().pauseOrDefault());
      }
    }

    void catchUp(Checkpoint from, boolean resumed) {
      IdWalk walk =
          new IdWalk(
              update.filter(),
              ID_ONLY,
              from.bounds(),
              from.last(),
              update.batches().sizeOrDefault());
      for (List<BsonDocument> page = walk.next(context.unhurried());
          !page.isEmpty();
          page = walk.next(context.unhurried())) {
        context.checkpointReached();
        if (resumed) {
          batch.resume(documents(ids(page)));
        } else {
          matched += updateLate(page);
        }
        save(new Checkpoint(2, from.bounds(), page.getLast().get("_id"), matched, changed()));
        context.progress().report(matched, Math.max(total, matched));
      }
    }

    private int updateLate(List<BsonDocument> page) {
      Set<BsonValue> ids = ids(page);
      ids.removeAll(context.undoLog().read(ids).keySet());
      List<BsonDocument> late = documents(ids);
      batch.update(late);
      return late.size();
    }

    private static Set<BsonValue> ids(List<BsonDocument> page) {
      Set<BsonValue> ids = new TreeSet<>(Bson.BY_BYTES);
      page.forEach(document -> ids.add(document.get("_id")));
      return ids;
    }

    private List<BsonDocument> documents(Set<BsonValue> ids) {
      BsonDocument query =
          new BsonDocument("$and", new BsonArray(List.of(UndoLog.ids(ids), update.filter())));
      return ids.isEmpty() ? List.of() : context.collection().find(query).into(new ArrayList<>());
    }

    private void save(Checkpoint checkpoint) {
      context.history().checkpoint(checkpoint.toBson());
    }
  }
}
