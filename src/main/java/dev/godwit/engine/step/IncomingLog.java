package dev.godwit.engine.step;

import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.WriteModel;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.bson.DocumentChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonValue;

/// The undo log of a step that may write a document more than once: an [UndoLog] whose entries say,
/// too, which chunk wrote last, and how the entry was before. The old values are those from before
/// the first write, the new ones those of the latest.
final class IncomingLog {

  /// An entry.
  ///
  /// @param change from before the first write to after the latest
  /// @param inserted whether the step inserts the document
  /// @param chunk which wrote last, or is about to
  /// @param write the latest write alone
  /// @param previous the entry before the latest write; null when that is the first
  /// @param known whether the log has an entry of the document already
  record Entry(
      BsonValue id,
      DocumentChange change,
      boolean inserted,
      long chunk,
      DocumentChange write,
      UndoLog.Entry previous,
      boolean known) {}

  private static final String CHUNK = "chunk";
  private static final String WRITE = "last";
  private static final String PREVIOUS = "former";
  private static final int PAGE = 1_000;

  private final StepContext context;
  private final UndoLog log;

  IncomingLog(StepContext context) {
    this.context = context;
    this.log = context.undoLog();
  }

  /// The entries of these documents.
  Map<BsonValue, Entry> read(Collection<BsonValue> ids) {
    Map<BsonValue, Entry> entries = new TreeMap<>(Bson.BY_BYTES);
    log.collection()
        .find(UndoLog.among(ids))
        .batchSize(PAGE)
        .forEach(document -> entries.put(document.get("_id"), entry(document)));
    return entries;
  }

  /// Writes entries, over those that are there.
  void write(List<Entry> entries) {
    List<BsonDocument> first = new ArrayList<>();
    List<WriteModel<BsonDocument>> others = new ArrayList<>();
    for (Entry entry : entries) {
      if (!entry.known()) {
        first.add(document(entry));
      } else {
        others.add(replacement(document(entry)));
      }
    }
    FirstWins.insert(log.collection(), first);
    if (!others.isEmpty()) {
      log.collection().bulkWrite(others);
    }
  }

  /// Takes entries back whose documents were not written.
  void restore(List<Entry> entries) {
    log.remove(entries.stream().filter(entry -> entry.previous() == null).map(Entry::id).toList());
    List<WriteModel<BsonDocument>> others =
        entries.stream()
            .map(Entry::previous)
            .filter(previous -> previous != null)
            .map(previous -> replacement(UndoLog.document(previous)))
            .toList();
    if (!others.isEmpty()) {
      log.collection().bulkWrite(others);
    }
  }

  /// How many documents the step inserted.
  long inserted() {
    return log.collection().countDocuments(new BsonDocument(UndoLog.INSERTED, BsonBoolean.TRUE));
  }

  /// Makes all entries tell what their documents are: after a crash, one may tell of a second write
  /// that was not done. May be repeated.
  void settle() {
    List<Entry> entries = new ArrayList<>();
    for (BsonDocument document :
        context
            .unhurried(log.collection().getNamespace().getCollectionName())
            .find(new BsonDocument(PREVIOUS, new BsonDocument("$exists", BsonBoolean.TRUE)))) {
      entries.add(entry(document));
      if (entries.size() == PAGE) {
        settle(entries);
        entries.clear();
      }
    }
    if (!entries.isEmpty()) {
      settle(entries);
    }
  }

  private void settle(List<Entry> entries) {
    context.checkpointReached();
    Map<BsonValue, Entry> byId = new TreeMap<>(Bson.BY_BYTES);
    entries.forEach(entry -> byId.put(entry.id(), entry));
    List<Entry> undone = new ArrayList<>();
    context
        .collection()
        .find(UndoLog.among(byId.keySet()))
        .forEach(
            document -> {
              DocumentChange write = byId.get(document.get("_id")).write();
              if (write.isBefore(document) && !write.isAfter(document)) {
                undone.add(byId.get(document.get("_id")));
              }
            });
    restore(undone);
  }

  private static WriteModel<BsonDocument> replacement(BsonDocument document) {
    return new ReplaceOneModel<>(
        new BsonDocument("_id", document.get("_id")), document, new ReplaceOptions().upsert(true));
  }

  private static BsonDocument document(Entry entry) {
    BsonDocument document =
        UndoLog.document(new UndoLog.Entry(entry.id(), entry.change(), entry.inserted()))
            .append(CHUNK, new BsonInt64(entry.chunk()));
    return entry.previous() == null
        ? document
        : document
            .append(WRITE, entry.write().appendTo(new BsonDocument()))
            .append(PREVIOUS, UndoLog.document(entry.previous()));
  }

  private static Entry entry(BsonDocument document) {
    UndoLog.Entry entry = UndoLog.entry(document);
    return new Entry(
        entry.id(),
        entry.change(),
        entry.inserted(),
        document.getInt64(CHUNK, new BsonInt64(-1)).getValue(),
        document.containsKey(WRITE)
            ? DocumentChange.of(document.getDocument(WRITE))
            : entry.change(),
        document.containsKey(PREVIOUS) ? UndoLog.entry(document.getDocument(PREVIOUS)) : null,
        true);
  }
}
