package dev.godwit.engine.step;

import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.bson.DocumentChange;
import dev.godwit.engine.changelog.CompiledOperation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;

/// Updates a page of documents, each exactly once: the images go into the undo log, then each
/// document is written where it still is as imaged. After a crash the entries of the log tell which
/// documents are done.
final class UpdateBatch implements DocumentBatch {

  /// How often a document that an application keeps changing is imaged anew.
  private static final int ROUNDS = 50;

  private final StepContext context;
  private final CompiledOperation.Update update;
  private final Transformation transformation;
  private final UndoLog log;
  private final Conflicts conflicts;
  private long changed;

  UpdateBatch(
      StepContext context,
      CompiledOperation.Update update,
      Transformation transformation,
      Conflicts conflicts) {
    this.context = context;
    this.update = update;
    this.transformation = transformation;
    this.log = context.undoLog();
    this.conflicts = conflicts;
  }

  @Override
  public long changed() {
    return changed;
  }

  @Override
  public Set<BsonValue> done(List<BsonValue> ids) {
    return log.ids(ids);
  }

  @Override
  public void run(List<BsonDocument> documents) {
    write(image(documents));
  }

  @Override
  public void resume(List<BsonDocument> documents) {
    Map<BsonValue, UndoLog.Entry> logged = log.read(Ids.of(documents));
    List<BsonDocument> open = new ArrayList<>();
    List<BsonValue> untouched = new ArrayList<>();
    for (BsonDocument document : documents) {
      UndoLog.Entry entry = logged.get(document.get("_id"));
      if (entry == null) {
        open.add(document);
      } else if (entry.change().isBefore(document)) {
        // It was imaged and not written. What it was to become may be out of date by now.
        untouched.add(entry.id());
        open.add(document);
      } else if (!entry.change().isAfter(document)) {
        conflicts.add(entry.id());
      }
    }
    log.removeInOrder(untouched);
    run(open);
  }

  private record Pending(BsonDocument current, DocumentChange change) {
    ConditionalWriter.Write write() {
      return new ConditionalWriter.Write(current, change.applied(current));
    }
  }

  private Map<BsonValue, Pending> image(List<BsonDocument> documents) {
    Map<BsonValue, BsonDocument> results = transformation.results(documents);
    Map<BsonValue, Pending> pending = new TreeMap<>(Bson.BY_BYTES);
    List<UndoLog.Entry> entries = new ArrayList<>();
    for (BsonDocument document : documents) {
      BsonValue id = document.get("_id");
      BsonDocument result = results.get(id);
      if (result == null) {
        continue;
      }
      DocumentChange change = DocumentChange.between(document, result);
      if (!change.isEmpty()) {
        pending.put(id, new Pending(document, change));
        entries.add(new UndoLog.Entry(id, change, false));
      }
    }
    if (results.size() > documents.size() || !sameIds(documents, results.keySet())) {
      throw context.failed(
          "IdChanged", "the update changes or removes _id, which MongoDB does not allow", null);
    }
    log.add(entries);
    return pending;
  }

  private static boolean sameIds(List<BsonDocument> documents, Set<BsonValue> results) {
    return Ids.set(Ids.of(documents)).containsAll(results);
  }

  private void write(Map<BsonValue, Pending> pending) {
    context.checkpointReached();
    List<ConditionalWriter.Write> writes = pending.values().stream().map(Pending::write).toList();
    long written = ConditionalWriter.write(context.collection(), writes);
    changed += written;
    if (written < writes.size()) {
      Map<BsonValue, DocumentChange> changes = new TreeMap<>(Bson.BY_BYTES);
      pending.forEach((id, one) -> changes.put(id, one.change()));
      again(changes, written);
    }
  }

  /// Finds the documents that were not written, because they changed after they were imaged, and
  /// updates each of them alone.
  ///
  /// @param pending what was to be written
  /// @param written how many documents were
  void again(Map<BsonValue, DocumentChange> pending, long written) {
    List<BsonValue> missed = missed(pending, written);
    log.remove(missed);
    missed.forEach(this::updateAlone);
  }

  /// Which documents of a page were not as imaged any more, and so were not written. The server
  /// tells only how many were. When just as many are as they should be, all others were not
  /// written. When all but those that still are as imaged make up the number, somebody changed the
  /// rest right after they were written. Where neither adds up, only those that still are as imaged
  /// are sure; the rest is left and reported.
  private List<BsonValue> missed(Map<BsonValue, DocumentChange> pending, long written) {
    Map<BsonValue, BsonDocument> now =
        Ids.map(
            context
                .collection()
                .find(UndoLog.among(pending.keySet()))
                .projection(touched(pending.values())));
    List<BsonValue> asImaged = new ArrayList<>();
    List<BsonValue> unclear = new ArrayList<>();
    pending.forEach(
        (id, change) -> {
          BsonDocument document = now.get(id);
          if (document != null && change.isBefore(document)) {
            asImaged.add(id);
          } else if (document == null || !change.isAfter(document)) {
            unclear.add(id);
          }
        });
    if (pending.size() - asImaged.size() - unclear.size() == written) {
      asImaged.addAll(unclear);
    } else if (pending.size() - asImaged.size() != written) {
      unclear.forEach(conflicts::add);
    }
    return asImaged;
  }

  /// The fields that change; null for all, where a name could be taken for a path.
  private static BsonDocument touched(Collection<DocumentChange> changes) {
    BsonDocument projection = new BsonDocument();
    for (DocumentChange change : changes) {
      Stream.concat(change.before().stream(), change.after().stream())
          .forEach(field -> projection.put(field.name(), new BsonInt32(1)));
    }
    boolean plain =
        projection.keySet().stream()
            .noneMatch(name -> name.isEmpty() || name.contains(".") || name.startsWith("$"));
    return plain ? projection : null;
  }

  /// Updates one document that an application keeps changing: alone, so that the server's answer is
  /// about it.
  private void updateAlone(BsonValue id) {
    Sought sought = Sought.by(update);
    for (int round = 0; round < ROUNDS; round++) {
      context.checkpointReached();
      List<BsonDocument> document = sought.one(context, id);
      Map<BsonValue, Pending> pending = document.isEmpty() ? Map.of() : image(document);
      if (pending.isEmpty()) {
        return;
      }
      if (ConditionalWriter.write(context.collection(), List.of(pending.get(id).write())) == 1) {
        changed++;
        return;
      }
      log.remove(List.of(id));
    }
    throw context.failed(
        "UpdateContended",
        "a document of '%s' changes faster than it can be updated; stop the writing application or scale it down meanwhile"
            .formatted(update.collection()),
        null);
  }
}
