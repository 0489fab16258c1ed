package dev.godwit.engine.step;

import dev.godwit.engine.bson.DocumentChange;
import dev.godwit.engine.changelog.CompiledOperation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;

/// Updates a page of documents, each exactly once: the images go into the undo log, then each
// document is written where
/// it still is as imaged. After a crash the entries of the log tell which documents are done.
final class UpdateBatch {

  /// How often a document that an application keeps changing is imaged anew.
  private static final int ROUNDS = 10;

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

  /// How many documents were changed so far.
  long changed() {
    return changed;
  }

  /// Updates documents that match the filter and have not been updated by this step.
  void update(List<BsonDocument> documents) {
    write(image(documents));
  }

  /// Goes on with a page of which an earlier run may have updated a part.
  void resume(List<BsonDocument> documents) {
    Map<BsonValue, UndoLog.Entry> logged =
        log.read(documents.stream().map(document -> document.get("_id")).toList());
    Map<BsonValue, Pending> unfinished = new HashMap<>();
    for (BsonDocument document : documents) {
      UndoLog.Entry entry = logged.get(document.get("_id"));
      if (entry == null || entry.change().isAfter(document)) {
        continue;
      }
      if (entry.change().isBefore(document)) {
        unfinished.put(entry.id(), new Pending(document, entry.change()));
      } else {
        conflicts.add(entry.id());
      }
    }
    write(unfinished);
    update(
        documents.stream().filter(document -> !logged.containsKey(document.get("_id"))).toList());
  }

  private record Pending(BsonDocument current, DocumentChange change) {}

  private Map<BsonValue, Pending> image(List<BsonDocument> documents) {
    Map<BsonValue, BsonDocument> results = transformation.results(documents);
    Map<BsonValue, Pending> pending = new HashMap<>();
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
    Set<BsonValue> ids = new HashSet<>();
    documents.forEach(document -> ids.add(document.get("_id")));
    return ids.containsAll(results);
  }

  private void write(Map<BsonValue, Pending> first) {
    Map<BsonValue, Pending> pending = first;
    for (int round = 0; !pending.isEmpty(); round++) {
      context.checkpointReached();
      List<ConditionalWriter.Write> writes =
          pending.values().stream()
              .map(
                  one ->
                      new ConditionalWriter.Write(
                          one.current(), one.change().applied(one.current())))
              .toList();
      if (ConditionalWriter.write(context.collection(), writes) == writes.size()) {
        changed += writes.size();
        return;
      }
      if (round == ROUNDS) {
        throw context.failed(
            "UpdateContended",
            "documents of '%s' change faster than they can be updated; stop the writing application or make spec.batches.size smaller"
                .formatted(update.collection()),
            null);
      }
      pending = reconcile(pending);
    }
  }

  /// Sorts out a page of which some documents were not as imaged any more.
  private Map<BsonValue, Pending> reconcile(Map<BsonValue, Pending> pending) {
    Map<BsonValue, BsonDocument> now = new HashMap<>();
    context
        .collection()
        .find(UndoLog.ids(pending.keySet()))
        .forEach(document -> now.put(document.get("_id"), document));
    Set<BsonValue> matching = matching(pending.keySet());
    List<BsonValue> gone = new ArrayList<>();
    List<BsonDocument> again = new ArrayList<>();
    pending.forEach(
        (id, one) -> {
          BsonDocument document = now.get(id);
          if (document == null) {
            gone.add(id);
          } else if (one.change().isAfter(document)) {
            changed++;
          } else if (!one.change().isBefore(document)) {
            conflicts.add(id);
          } else if (matching.contains(id)) {
            again.add(document);
          } else {
            gone.add(id);
          }
        });
    List<BsonValue> entries = new ArrayList<>(gone);
    again.forEach(document -> entries.add(document.get("_id")));
    log.remove(entries);
    return image(again);
  }

  private Set<BsonValue> matching(Set<BsonValue> ids) {
    Set<BsonValue> matching = new HashSet<>();
    BsonDocument filter =
        new BsonDocument("$and", new BsonArray(List.of(UndoLog.ids(ids), update.filter())));
    context
        .collection()
        .find(filter)
        .projection(new BsonDocument("_id", new BsonInt32(1)))
        .forEach(document -> matching.add(document.get("_id")));
    return matching;
  }
}
