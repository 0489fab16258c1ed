package dev.godwit.engine.step;

import com.mongodb.client.MongoCollection;
import dev.godwit.engine.bson.DocumentChange;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledOperation.UpdateForm;
import dev.godwit.engine.range.IdBracket;
import dev.godwit.engine.range.Reading;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// Updates ranges without images, one command each: for updates that are
/// [repeatable][RepeatableUpdate] where `rollback.undo` is `Skip`. After a crash the unfinished
/// range is done again. What arrives in a range between its reading and its command is updated,
/// too, and again by the catch-up pass, as if it had arrived later. The `_id`s are kept, so that
/// the
/// catch-up pass touches no document twice; not even they where the filter tells what is left.
final class RepeatableBatch implements DocumentBatch {

  /// Documents in a range, unless the manifest says otherwise.
  static final int SIZE = 5_000;

  private final StepContext context;
  private final CompiledOperation.Update update;
  private final UndoLog log;
  private final boolean byFilter;
  private long changed;

  RepeatableBatch(StepContext context, CompiledOperation.Update update) {
    this.context = context;
    this.update = update;
    this.log = context.undoLog();
    this.byFilter = RepeatableUpdate.excludesItself(update);
  }

  @Override
  public Reading reading() {
    return Reading.IDS;
  }

  @Override
  public void run(List<BsonDocument> page) {
    List<BsonValue> ids = Ids.of(page);
    context.checkpointReached();
    if (!byFilter) {
      log.packs().addIds(ids);
    }
    write(IdBracket.of(ids.getFirst()).between(ids.getFirst(), ids.getLast()));
  }

  @Override
  public void late(List<BsonDocument> page) {
    again(Ids.of(page));
  }

  @Override
  public void resume(List<BsonDocument> documents) {
    again(Ids.of(documents));
  }

  private void again(List<BsonValue> ids) {
    context.checkpointReached();
    if (!byFilter) {
      Set<BsonValue> known = log.ids(ids);
      DocumentChange nothing = new DocumentChange(List.of(), List.of(), List.of());
      log.add(
          ids.stream()
              .filter(id -> !known.contains(id))
              .map(id -> new UndoLog.Entry(id, nothing, false))
              .toList());
    }
    write(UndoLog.among(ids));
  }

  private void write(BsonDocument range) {
    context.checkpointReached();
    BsonDocument query = range;
    if (!update.filter().isEmpty()) {
      query = new BsonDocument("$and", new BsonArray(List.of(range, update.filter())));
    }
    MongoCollection<BsonDocument> collection = context.collection();
    changed +=
        switch (update.update()) {
          case UpdateForm.Pipeline pipeline ->
              collection.updateMany(query, pipeline.stages()).getModifiedCount();
          case UpdateForm.Operators operators ->
              collection.updateMany(query, operators.document()).getModifiedCount();
        };
  }

  @Override
  public Set<BsonValue> done(List<BsonValue> ids) {
    return byFilter ? Set.of() : log.ids(ids);
  }

  @Override
  public long changed() {
    return changed;
  }
}
