package dev.godwit.engine.step;

import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledOperation.Selection;
import java.util.Map;
import org.bson.BsonDocument;

/// Deletes documents; the undo inserts them again.
final class DeleteAction implements StepAction {

  private final CompiledOperation.Delete delete;

  DeleteAction(CompiledOperation.Delete delete) {
    this.delete = delete;
  }

  @Override
  public BsonDocument intent(StepContext context) {
    return new BsonDocument();
  }

  @Override
  public StepOutcome apply(StepContext context, BsonDocument intent, boolean resumed) {
    Conflicts conflicts = new Conflicts();
    DocumentWalk.Walked walked =
        switch (delete.selection()) {
          case Selection.Filter byFilter ->
              matching(context, byFilter.filter(), resumed, conflicts);
          case Selection.Pipeline pipeline -> yielded(context, pipeline, resumed, conflicts);
        };
    long deleted = context.undoLog().count();
    long matched = Math.max(walked.matched(), deleted);
    return StepAction.outcome(
        context, matched, deleted, Math.max(0, matched - deleted - conflicts.count()), conflicts);
  }

  private DocumentWalk.Walked matching(
      StepContext context, BsonDocument filter, boolean resumed, Conflicts conflicts) {
    return DocumentWalk.run(
        context,
        new Sought(delete.collection(), filter, null, null),
        delete.batches(),
        resumed,
        _ -> new DeleteBatch(context, filter, conflicts));
  }

  /// The first claim of a range says that all `_id`s are recorded: before it nothing was deleted.
  private DocumentWalk.Walked yielded(
      StepContext context, Selection.Pipeline pipeline, boolean resumed, Conflicts conflicts) {
    Selected selected = new Selected(context);
    if (!resumed || context.history().checkpoint() == null) {
      selected.record(pipeline.stages());
    }
    return DocumentWalk.run(
        context,
        selected.name(),
        new BsonDocument(),
        delete.batches(),
        resumed,
        () -> new SelectedBatch(context, new DeleteBatch(context, new BsonDocument(), conflicts)));
  }

  @Override
  public Map<String, Long> growth(StepContext context, StepOutcome outcome) {
    return Map.of(delete.collection(), -outcome.changed());
  }

  @Override
  public long logged(StepOutcome outcome) {
    return outcome.changed();
  }

  @Override
  public StepOutcome undo(StepContext context, BsonDocument intent, OnConflict onConflict) {
    return DeletionUndo.run(context, onConflict);
  }
}
