package dev.godwit.engine.step;

import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.changelog.CompiledOperation;
import org.bson.BsonDocument;

/// Updates documents, each exactly once.
final class UpdateAction implements StepAction {

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
    Transformation transformation = new Transformation(context, update);
    Conflicts conflicts = new Conflicts();
    DocumentWalk.Walked walked =
        DocumentWalk.run(
            context,
            update.collection(),
            update.filter(),
            update.batches(),
            resumed,
            () -> new UpdateBatch(context, update, transformation, conflicts));
    transformation.close();
    long changed = context.undoLog().count();
    return StepAction.outcome(context, Math.max(walked.matched(), changed), changed, 0, conflicts);
  }

  @Override
  public long logged(StepOutcome outcome) {
    return outcome.changed();
  }

  @Override
  public StepOutcome undo(StepContext context, BsonDocument intent, OnConflict onConflict) {
    return UndoReplay.run(context, onConflict, new Conflicts());
  }
}
