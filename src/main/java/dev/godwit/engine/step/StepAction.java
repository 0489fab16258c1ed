package dev.godwit.engine.step;

import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.changelog.CompiledOperation;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;

/// An operation at work.
public interface StepAction {

  /// What the undo needs to know of the database before the step; it is recorded before [#apply].
  BsonDocument intent(StepContext context);

  /// Does the step, or goes on with it after a crash.
  ///
  /// @param resumed whether an earlier run may have done a part
  /// @throws dev.godwit.engine.RunException with verdict `StepFailed`, or `Interrupted` to be
  ///     resumed
  StepOutcome apply(StepContext context, BsonDocument intent, boolean resumed);

  /// Takes back what [#apply] did, all or a part; may be repeated.
  ///
  /// @throws dev.godwit.engine.RunException with verdict `StepFailed`, or `Interrupted` to be
  ///     resumed
  StepOutcome undo(StepContext context, BsonDocument intent, OnConflict onConflict);

  /// By how many documents the step made collections larger or smaller; for `countUnchanged`.
  ///
  /// @param outcome of [#apply], which is just done
  default Map<String, Long> growth(StepContext context, StepOutcome outcome) {
    return Map.of();
  }

  /// How many entries the undo log has at least after this outcome.
  default long logged(StepOutcome outcome) {
    return 0;
  }

  /// Makes sure that the undo log is whole before an undo begins. An undo that goes on after a
  /// crash has removed entries itself.
  ///
  /// @param outcome of [#apply]
  /// @throws dev.godwit.engine.RunException with verdict `StepFailed` when entries are missing
  default void requireLog(StepContext context, StepOutcome outcome) {
    long wanted = logged(outcome);
    long found = wanted == 0 ? 0 : context.undoLog().count();
    if (found < wanted) {
      throw context.failed(
          "UndoLogIncomplete",
          "the undo log has %d entries, but %d documents were changed: it was removed or damaged, the step cannot be undone from it"
              .formatted(found, wanted),
          null);
    }
  }

  /// The action of an operation.
  static StepAction of(CompiledOperation operation) {
    return switch (operation) {
      case CompiledOperation.CreateCollection create -> new CreateCollectionAction(create);
      case CompiledOperation.CreateIndexes create -> new CreateIndexesAction(create);
      case CompiledOperation.Insert insert -> new InsertAction(insert);
      case CompiledOperation.Update update -> new UpdateAction(update);
      case CompiledOperation.DropCollection drop -> new DropCollectionAction(drop);
      case CompiledOperation.RenameCollection rename -> new RenameCollectionAction(rename);
      case CompiledOperation.DropIndexes drop -> new DropIndexesAction(drop);
      case CompiledOperation.SetValidator set -> new SetValidatorAction(set);
      case CompiledOperation.RunCommand run -> new RunCommandAction(run);
      case CompiledOperation.Delete delete -> new DeleteAction(delete);
      case CompiledOperation.Merge merge -> new MergeAction(merge);
      case CompiledOperation.RenameField rename -> new RenameFieldAction(rename);
    };
  }

  /// An outcome without conflicts.
  static StepOutcome outcome(StepContext context, long matched, long changed, long skipped) {
    return outcome(context, matched, changed, skipped, new Conflicts());
  }

  /// An outcome.
  static StepOutcome outcome(
      StepContext context, long matched, long changed, long skipped, Conflicts conflicts) {
    List<String> sample = conflicts.sample();
    return new StepOutcome(
        context.step().name(),
        matched,
        changed,
        skipped == 0 ? null : skipped,
        conflicts.count() == 0 ? null : conflicts.count(),
        sample.isEmpty() ? null : sample);
  }
}
