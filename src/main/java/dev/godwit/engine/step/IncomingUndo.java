package dev.godwit.engine.step;

import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import org.bson.BsonDocument;

/// Takes back what a step brought into its collection, and the collection where it was not there
/// before.
final class IncomingUndo {

  /// In the intent: whether the collection was there.
  static final String EXISTED = "existed";

  private IncomingUndo() {}

  static StepOutcome run(StepContext context, BsonDocument intent, OnConflict onConflict) {
    new IncomingLog(context).settle();
    Conflicts conflicts = new Conflicts();
    StepOutcome outcome = UndoReplay.run(context, onConflict, conflicts);
    if (!intent.getBoolean(EXISTED).getValue()) {
      new AsideRename(context, conflicts).remove(context.step().operation().target());
    }
    return StepAction.outcome(context, outcome.matched(), outcome.changed(), 0, conflicts);
  }
}
