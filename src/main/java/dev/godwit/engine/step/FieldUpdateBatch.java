package dev.godwit.engine.step;

import com.mongodb.MongoWriteException;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.bson.DocumentChange;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledOperation.UpdateForm;
import dev.godwit.engine.range.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// Updates a page of documents of which only the touched fields are read: their images go into the
/// undo log as a pack, then few commands write the documents whose fields still are as imaged. What
/// needs more than that (an application changed a document meanwhile, a value that only the server
/// can reckon with, a crash) is done by [UpdateBatch].
final class FieldUpdateBatch implements DocumentBatch {

  /// Documents in a range, unless the manifest says otherwise: only some fields are read.
  static final int SIZE = 4_000;

  /// An image above this many bytes is worked on alone.
  private static final int LARGE = 256 * 1024;

  private final StepContext context;
  private final CompiledOperation.Update update;
  private final FieldUpdate fields;
  private final List<String> guarded;
  private final UpdateBatch exact;
  private final UndoLog log;
  private long changed;

  FieldUpdateBatch(
      StepContext context, CompiledOperation.Update update, FieldUpdate fields, UpdateBatch exact) {
    this.context = context;
    this.update = update;
    this.fields = fields;
    this.guarded = Stream.concat(fields.fields().stream(), fields.guards().stream()).toList();
    this.exact = exact;
    this.log = context.undoLog();
  }

  @Override
  public Reading reading() {
    return fields.imaging();
  }

  @Override
  public long changed() {
    return changed + exact.changed();
  }

  @Override
  public Set<BsonValue> done(List<BsonValue> ids) {
    return exact.done(ids);
  }

  @Override
  public void late(List<BsonDocument> page) {
    work(page, log::add);
  }

  @Override
  public void resume(List<BsonDocument> documents) {
    exact.resume(documents);
  }

  @Override
  public void run(List<BsonDocument> page) {
    work(page, log.packs()::add);
  }

  private void work(List<BsonDocument> page, Consumer<List<UndoLog.Entry>> record) {
    List<UndoLog.Entry> entries = new ArrayList<>();
    List<GroupedWriter.Write> writes = new ArrayList<>();
    List<BsonValue> others = new ArrayList<>();
    for (BsonDocument image : page) {
      BsonValue id = image.get("_id");
      FieldValues before = values(part(image, FieldUpdate.BEFORE));
      Optional<FieldValues> after = after(image).map(this::values);
      if (after.isEmpty() || !canRecord(image, before, after.get())) {
        others.add(id);
        continue;
      }
      DocumentChange change = before.to(after.get(), order(image, before, after.get()));
      if (!change.isEmpty()) {
        entries.add(new UndoLog.Entry(id, change, false));
        writes.add(new GroupedWriter.Write(id, expected(image, before), after.get()));
      }
    }
    context.checkpointReached();
    record.accept(entries);
    write(writes, entries);
    wholly(others, exact::run);
  }

  private static BsonDocument part(BsonDocument image, String name) {
    return image.getDocument(name, new BsonDocument());
  }

  /// What must still be so for the new values to hold.
  private FieldValues expected(BsonDocument image, FieldValues before) {
    return fields.guards().isEmpty()
        ? before
        : FieldValues.of(guarded, part(image, FieldUpdate.BEFORE));
  }

  private FieldValues values(BsonDocument document) {
    return FieldValues.of(fields.fields(), document);
  }

  private Optional<BsonDocument> after(BsonDocument image) {
    return fields.form() instanceof UpdateForm.Operators operators
        ? FieldArithmetic.apply(operators.document(), part(image, FieldUpdate.BEFORE))
        : Optional.of(part(image, FieldUpdate.AFTER));
  }

  private boolean canRecord(BsonDocument image, FieldValues before, FieldValues after) {
    return (fields.removes() || !before.vanishing(after))
        && !mayMove(before, after)
        && Bson.bytes(image).length < LARGE;
  }

  /// Whether a field becomes a document that was none: FerretDB puts it at the end when a path
  /// below it is set.
  private static boolean mayMove(FieldValues before, FieldValues after) {
    return before.values().entrySet().stream()
        .anyMatch(
            field ->
                field.getValue() != null
                    && !field.getValue().isDocument()
                    && after.values().get(field.getKey()) != null
                    && after.values().get(field.getKey()).isDocument());
  }

  /// The order of keys that the undo needs: none when what vanishes is what it would append.
  private List<String> order(BsonDocument image, FieldValues before, FieldValues after) {
    if (!before.vanishing(after)) {
      return List.of();
    }
    List<String> keys =
        image.getArray(FieldUpdate.KEYS).stream().map(key -> key.asString().getValue()).toList();
    List<String> undone = new ArrayList<>(keys);
    before
        .values()
        .forEach(
            (name, value) -> {
              if (value != null && after.values().get(name) == null) {
                undone.remove(name);
                undone.add(name);
              }
            });
    return undone.equals(keys) ? List.of() : keys;
  }

  private void write(List<GroupedWriter.Write> writes, List<UndoLog.Entry> entries) {
    try {
      long written =
          GroupedWriter.of(context, update.filter())
              .write(writes, fields.selfContained() ? fields.form() : null);
      changed += written;
      if (written < writes.size()) {
        Map<BsonValue, DocumentChange> pending = new TreeMap<>(Bson.BY_BYTES);
        entries.forEach(entry -> pending.put(entry.id(), entry.change()));
        exact.again(pending, written);
      }
    } catch (MongoWriteException refused) {
      // One document keeps the command from being done, e.g. by a unique index: one by one shows
      // which, or succeeds in the order of _id.
      wholly(writes.stream().map(GroupedWriter.Write::id).toList(), exact::resume);
    }
  }

  private void wholly(List<BsonValue> ids, Consumer<List<BsonDocument>> work) {
    Sought.by(update).inParts(context, ids, work);
  }
}
