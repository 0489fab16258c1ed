package dev.godwit.engine.step;

import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.changelog.CompiledOperation;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/// Renames a field: an update that leaves and reports documents which got a field of the new name
/// meanwhile.
final class RenameFieldAction implements StepAction {

  private final FieldRename rename;
  private final String collection;
  private final UpdateAction update;

  RenameFieldAction(CompiledOperation.RenameField operation) {
    this.rename = new FieldRename(operation);
    this.collection = operation.collection();
    this.update = new UpdateAction(rename.asUpdate());
  }

  @Override
  public BsonDocument intent(StepContext context) {
    return update.intent(context);
  }

  @Override
  public StepOutcome apply(StepContext context, BsonDocument intent, boolean resumed) {
    StepOutcome outcome = update.apply(context, intent, resumed);
    Conflicts left = new Conflicts();
    context
        .unhurried(collection)
        .find(rename.obstructed())
        .projection(new BsonDocument("_id", new BsonInt32(1)))
        .forEach(document -> left.add(document.get("_id")));
    if (left.count() == 0) {
      return outcome;
    }
    long conflicts = outcome.conflicts() == null ? 0 : outcome.conflicts();
    return new StepOutcome(
        outcome.step(),
        outcome.matched() + left.count(),
        outcome.changed(),
        outcome.skipped(),
        conflicts + left.count(),
        left.sample());
  }

  @Override
  public long logged(StepOutcome outcome) {
    return update.logged(outcome);
  }

  @Override
  public StepOutcome undo(StepContext context, BsonDocument intent, OnConflict onConflict) {
    return update.undo(context, intent, onConflict);
  }
}
