package dev.godwit.engine.step;

import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.changelog.CompiledOperation;
import java.util.List;
import java.util.Map;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;

/// Merges what a pipeline yields for ranges of a collection into another, or into itself.
final class MergeAction implements StepAction {

  private final CompiledOperation.Merge merge;

  MergeAction(CompiledOperation.Merge merge) {
    this.merge = merge;
  }

  @Override
  public BsonDocument intent(StepContext context) {
    Catalog.Entry into = Catalog.read(context.database(), List.of(merge.into())).get(merge.into());
    if (!UniqueOn.holds(merge.on(), into.indexes())) {
      throw context.failed("IndexMissing", UniqueOn.message(merge), null);
    }
    return new BsonDocument(IncomingUndo.EXISTED, BsonBoolean.valueOf(into.exists()));
  }

  /// The outcome's `matched` are documents of the source, `changed` those of the other collection
  /// that were inserted or changed, `skipped` what found no counterpart or one that was kept; where
  /// a collection is merged into itself, also documents that the pipeline leaves out.
  @Override
  public StepOutcome apply(StepContext context, BsonDocument intent, boolean resumed) {
    Conflicts conflicts = new Conflicts();
    MergeJournal journal = new MergeJournal(context);
    new MergeBatch(context, merge, journal, conflicts).finish();
    // One range at a time: two may change the same document, the later one knowing what the earlier
    // one made of it.
    DocumentWalk.Walked walked =
        DocumentWalk.run(
            context,
            merge.collection(),
            filter(),
            merge.batches(),
            resumed,
            () -> new MergeBatch(context, merge, journal, conflicts));
    return StepAction.outcome(
        context, walked.matched(), context.undoLog().count(), journal.skipped(), conflicts);
  }

  /// What the pipeline leaves out at once need not be walked.
  private BsonDocument filter() {
    BsonDocument first = merge.pipeline().getFirst();
    return first.getFirstKey().equals("$match") ? first.getDocument("$match") : new BsonDocument();
  }

  @Override
  public Map<String, Long> growth(StepContext context, StepOutcome outcome) {
    return Map.of(merge.into(), new IncomingLog(context).inserted());
  }

  @Override
  public long logged(StepOutcome outcome) {
    return outcome.changed();
  }

  @Override
  public StepOutcome undo(StepContext context, BsonDocument intent, OnConflict onConflict) {
    return IncomingUndo.run(context, intent, onConflict);
  }
}
