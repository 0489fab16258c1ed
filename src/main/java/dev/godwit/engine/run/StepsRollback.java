package dev.godwit.engine.run;

import com.mongodb.MongoException;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.lock.Lease;
import dev.godwit.engine.step.StepAction;
import dev.godwit.engine.step.StepContext;
import java.util.ArrayList;
import java.util.List;
import org.bson.BSONException;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/// Takes the steps of an attempt back, the last one first: by what was recorded, or by the step's
/// own rollback.
final class StepsRollback {

  private final RunEnvironment environment;
  private final Changelog changelog;
  private final History history;
  private final Lease lease;
  private final RunMeter meter;

  StepsRollback(
      RunEnvironment environment,
      Changelog changelog,
      History history,
      Lease lease,
      RunMeter meter) {
    this.environment = environment;
    this.changelog = changelog;
    this.history = history;
    this.lease = lease;
    this.meter = meter;
  }

  /// @throws dev.godwit.engine.RunException with verdict `StepFailed` or `Interrupted`
  void run(VersionState state, Attempt attempt) {
    List<CompiledStep> steps = new ArrayList<>(changelog.steps()).reversed();
    int before = 0;
    for (CompiledStep step : steps) {
      if (state.started().containsKey(step.index()) && !state.undone().containsKey(step.index())) {
        environment.stop().check();
        StepContext context =
            new StepContext(
                environment.database(),
                history,
                lease,
                environment.stop(),
                attempt,
                step,
                meter.step(step, before),
                environment.replication());
        context.progress().report(0, 0);
        history.append(
            EventType.StepUndone,
            attempt,
            step.index(),
            step.name(),
            Outcomes.toBson(takeBack(state, context)));
      }
      before++;
    }
  }

  private StepOutcome takeBack(VersionState state, StepContext context) {
    CompiledStep step = context.step();
    try {
      return usesOwnRollback(step, state)
          ? new OwnRollback(context).run(state.rollbacks().get(step.index()))
          : undo(state, context);
    } catch (MongoException failure) {
      throw TransientFailures.unlessTransient(failure, step, "UndoFailed", "undo of step");
    } catch (BSONException tooLarge) {
      throw TransientFailures.notSent(tooLarge, step, "UndoFailed", "undo of step");
    }
  }

  /// Whether a begun step is taken back by its own rollback. That is written for a step that is
  /// done: what an unfinished one did is undone from the record, where there is one.
  static boolean usesOwnRollback(CompiledStep step, VersionState state) {
    return !step.rollback().isEmpty()
        && state.started().containsKey(step.index())
        && (state.completed().containsKey(step.index()) || !step.recordsUndo());
  }

  private StepOutcome undo(VersionState state, StepContext context) {
    CompiledStep step = context.step();
    StepAction action = StepAction.of(step.operation());
    BsonDocument undoing = new BsonDocument("undoing", new BsonInt32(step.index()));
    BsonDocument completed = state.completed().get(step.index());
    if (completed != null && !undoing.equals(history.checkpoint())) {
      action.requireLog(context, Outcomes.fromBson(completed));
    }
    history.checkpoint(undoing);
    return action.undo(context, state.started().get(step.index()), changelog.onConflict());
  }
}
