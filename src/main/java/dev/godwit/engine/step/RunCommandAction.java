package dev.godwit.engine.step;

import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.changelog.CompiledOperation;
import org.bson.BsonDocument;

/// Runs a command that Godwit knows nothing of. After a crash it is run again: it must bear that.
/// Nothing is recorded, so it has no undo but the step's own rollback or the backup.
final class RunCommandAction implements StepAction {

  private final CompiledOperation.RunCommand run;

  RunCommandAction(CompiledOperation.RunCommand run) {
    this.run = run;
  }

  @Override
  public BsonDocument intent(StepContext context) {
    return new BsonDocument();
  }

  @Override
  public StepOutcome apply(StepContext context, BsonDocument intent, boolean resumed) {
    context.checkpointReached();
    String what = "runs command '%s'".formatted(run.command().getFirstKey());
    try (Heartbeat _ = new Heartbeat(context.progress(), what)) {
      context.database().runCommand(run.command());
    }
    return StepAction.outcome(context, 1, 1, 0);
  }

  @Override
  public StepOutcome undo(StepContext context, BsonDocument intent, OnConflict onConflict) {
    throw context.failed(
        "NoUndo",
        "command '%s' has no undo and the step no rollback of its own; only a backup can take it back"
            .formatted(run.command().getFirstKey()),
        null);
  }
}
