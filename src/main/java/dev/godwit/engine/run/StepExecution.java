package dev.godwit.engine.run;

import com.mongodb.MongoException;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.lock.Lease;
import dev.godwit.engine.step.StepAction;
import dev.godwit.engine.step.StepContext;
import org.bson.BSONException;
import org.bson.BsonDocument;
import org.bson.BsonInt64;

/// Runs steps of an attempt, with an event of the history before and after each.
final class StepExecution {

  /// Field of a completed step's event: by how many documents it made collections larger.
  static final String GROWTH = "growth";

  private final RunEnvironment environment;
  private final History history;
  private final Lease lease;
  private final Attempt attempt;
  private final RunMeter meter;

  StepExecution(
      RunEnvironment environment, History history, Lease lease, Attempt attempt, RunMeter meter) {
    this.environment = environment;
    this.history = history;
    this.lease = lease;
    this.attempt = attempt;
    this.meter = meter;
  }

  /// @param before the attempt when this run began: a step that was started goes on
  /// @throws RunException with verdict `StepFailed` or `Interrupted`
  /// @throws MongoException when the server is away
  void run(VersionState before, CompiledStep step) {
    StepContext context =
        new StepContext(
            environment.database(),
            history,
            lease,
            environment.stop(),
            attempt,
            step,
            meter.step(step, step.index()),
            environment.replication());
    StepAction action = StepAction.of(step.operation());
    boolean resumed = before.started().containsKey(step.index());
    try {
      BsonDocument intent = resumed ? before.started().get(step.index()) : action.intent(context);
      if (!resumed) {
        history.append(EventType.StepStarted, attempt, step.index(), step.name(), intent);
      }
      context.progress().report(0, 0);
      StepOutcome outcome = action.apply(context, intent, resumed);
      BsonDocument growth = new BsonDocument();
      action
          .growth(context, outcome)
          .forEach((collection, by) -> growth.append(collection, new BsonInt64(by)));
      history.append(
          EventType.StepCompleted,
          attempt,
          step.index(),
          step.name(),
          Outcomes.toBson(outcome).append(GROWTH, growth));
    } catch (MongoException failure) {
      throw TransientFailures.unlessTransient(failure, step, "StepFailed", "step");
    } catch (BSONException tooLarge) {
      throw TransientFailures.notSent(tooLarge, step, "StepFailed", "step");
    }
  }
}
