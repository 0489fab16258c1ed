package dev.godwit.engine.run;

import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.api.v1alpha1.UndoMode;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.HistoryEvent;
import dev.godwit.engine.history.KeptUndo;
import dev.godwit.engine.step.StepAction;
import dev.godwit.engine.step.StepContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/// Runs the operations that a step has for its rollback, each exactly once: what it needs is in the
/// history before it begins, and it keeps an undo log of its own while it runs, as a step does.
final class OwnRollback {

  private static final String OPERATION = "operation";

  /// Above the number of steps, so that no undo log of a step has the number of one of these.
  private static final int FIRST_INDEX = 1_000;

  private final StepContext context;

  /// @param context of the step that is taken back
  OwnRollback(StepContext context) {
    this.context = context;
  }

  /// Runs them, or goes on where a run before stopped.
  ///
  /// @param last the latest event of this step's rollback; null when there is none
  StepOutcome run(HistoryEvent last) {
    List<CompiledOperation> operations = context.step().rollback();
    int reached = last == null ? 0 : last.details().getNumber(OPERATION).intValue();
    boolean begun = last != null && last.type() == EventType.RollbackOperationStarted;
    int first = last == null || begun ? reached : reached + 1;
    List<StepOutcome> outcomes = new ArrayList<>();
    for (int i = first; i < operations.size(); i++) {
      outcomes.add(
          run(
              i,
              operations.get(i),
              begun && i == reached ? last.details().getDocument(KeptUndo.INTENT) : null));
    }
    return sum(outcomes);
  }

  /// @param begun what the operation recorded in a run before; null when it did not begin
  private StepOutcome run(int place, CompiledOperation operation, BsonDocument begun) {
    context.stop().check();
    StepContext own = forOperation(place);
    StepAction action = StepAction.of(operation);
    BsonDocument intent = begun == null ? action.intent(own) : begun;
    if (begun == null) {
      append(EventType.RollbackOperationStarted, details(place).append(KeptUndo.INTENT, intent));
    }
    StepOutcome outcome = action.apply(own, intent, begun != null);
    append(
        EventType.RollbackOperationCompleted,
        details(place).append("outcome", Outcomes.toBson(outcome)));
    return outcome;
  }

  private StepContext forOperation(int place) {
    return new StepContext(
        context.database(),
        context.history(),
        context.lease(),
        context.stop(),
        context.attempt(),
        asStep(context.step(), place),
        context.progress(),
        context.replication());
  }

  /// An operation of a step's rollback as a step, with a place of its own in undo logs.
  static CompiledStep asStep(CompiledStep step, int place) {
    return new CompiledStep(
        FIRST_INDEX * (step.index() + 1) + place,
        step.name(),
        "%s.rollback[%d]".formatted(step.path(), place),
        step.rollback().get(place),
        List.of(),
        UndoMode.Record);
  }

  private void append(EventType type, BsonDocument details) {
    context
        .history()
        .append(type, context.attempt(), context.step().index(), context.step().name(), details);
  }

  private static BsonDocument details(int place) {
    return new BsonDocument(OPERATION, new BsonInt32(place));
  }

  private StepOutcome sum(List<StepOutcome> outcomes) {
    List<String> samples =
        outcomes.stream()
            .map(StepOutcome::conflictSample)
            .filter(Objects::nonNull)
            .flatMap(List::stream)
            .toList();
    long conflicts =
        outcomes.stream()
            .map(StepOutcome::conflicts)
            .filter(Objects::nonNull)
            .mapToLong(Long::longValue)
            .sum();
    return new StepOutcome(
        context.step().name(),
        outcomes.stream().mapToLong(StepOutcome::matched).sum(),
        outcomes.stream().mapToLong(StepOutcome::changed).sum(),
        null,
        conflicts == 0 ? null : conflicts,
        samples.isEmpty() ? null : samples);
  }
}
