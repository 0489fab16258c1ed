package dev.godwit.engine.step;

import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.changelog.CompiledOperation;
import java.util.Optional;
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
    Conflicts conflicts = new Conflicts();
    Optional<FieldUpdate> fields = FieldUpdate.of(update);
    DocumentWalk.Walked walked =
        DocumentWalk.run(
            context,
            update.collection(),
            update.filter(),
            update.batches(),
            resumed,
            worker -> {
              UpdateBatch exact =
                  new UpdateBatch(
                      context, update, new Transformation(context, update, worker), conflicts);
              return fields.isPresent()
                  ? new FieldUpdateBatch(context, update, fields.get(), exact)
                  : exact;
            });
    Transformation.dropCopies(context.database());
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
