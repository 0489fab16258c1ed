package dev.godwit.engine.step;

import dev.godwit.api.v1alpha1.Batches;
import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.api.v1alpha1.UndoMode;
import dev.godwit.engine.bson.DottedPath;
import dev.godwit.engine.changelog.CompiledOperation;
import java.util.List;
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
    return keepsImages(context) ? withImages(context, resumed) : withoutImages(context, resumed);
  }

  /// Where no images are wanted they are kept all the same when the update could not be repeated
  /// after a crash.
  private boolean keepsImages(StepContext context) {
    return context.step().undo() == UndoMode.Record || !RepeatableUpdate.is(update);
  }

  private StepOutcome withoutImages(StepContext context, boolean resumed) {
    Batches batches = batches(context, FieldUpdate.of(update), RepeatableBatch.SIZE);
    DocumentWalk.Walked walked =
        DocumentWalk.run(
            context,
            Sought.by(update),
            batches,
            resumed,
            _ -> new RepeatableBatch(context, update));
    return StepAction.outcome(context, walked.matched(), walked.changed(), 0);
  }

  private StepOutcome withImages(StepContext context, boolean resumed) {
    Conflicts conflicts = new Conflicts();
    Optional<FieldUpdate> fields = FieldUpdate.of(update);
    DocumentWalk.Walked walked =
        DocumentWalk.run(
            context,
            Sought.by(update),
            batches(
                context, fields, fields.isPresent() ? FieldUpdateBatch.SIZE : Batches.DEFAULT_SIZE),
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

  /// One range at a time where a unique index is on a field that changes: whether a value is free
  /// then depends on the order in which documents are written, and the order must be the same each
  /// time.
  ///
  /// @param size of a range, unless the manifest says otherwise
  private Batches batches(StepContext context, Optional<FieldUpdate> fields, int size) {
    Batches batches = update.batches().orElse(new Batches(size, null, null));
    boolean inOrder =
        batches.parallelismOrDefault() > 1
            && Catalog.read(context.database(), List.of(update.collection()))
                .get(update.collection())
                .indexes()
                .stream()
                .filter(index -> index.options().containsKey("unique"))
                .anyMatch(
                    index ->
                        fields.isEmpty()
                            || index.keys().keySet().stream()
                                .map(DottedPath::top)
                                .anyMatch(fields.get().fields()::contains));
    return inOrder ? new Batches(batches.size(), batches.pause(), 1) : batches;
  }

  @Override
  public long logged(StepOutcome outcome) {
    return outcome.changed();
  }

  @Override
  public StepOutcome undo(StepContext context, BsonDocument intent, OnConflict onConflict) {
    if (!keepsImages(context)) {
      throw context.failed(
          "NoImages", "spec.rollback.undo is Skip: no images were kept that could undo it", null);
    }
    return UndoReplay.run(context, onConflict, new Conflicts());
  }
}
