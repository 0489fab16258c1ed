package dev.godwit.engine.step;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.ReplaceOptions;
import dev.godwit.api.v1alpha1.CollectionName;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.bson.DocumentChange;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.range.IdBracket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonMaximumSizeExceededException;
import org.bson.BsonValue;

/// The undo log of a step: the `_id`s of the changed documents with the old and the new values of
/// the fields that change. An entry is there before its document is changed; the first one wins.
/// Entries are documents of a collection, or lie in [packs][UndoPacks] of a second one.
final class UndoLog {

  /// @param inserted whether the step inserts the document, so that its undo removes it
  record Entry(BsonValue id, DocumentChange change, boolean inserted) {}

  static final String INSERTED = "i";
  private static final Pattern OF_STEP = Pattern.compile("[0-9]+(_[a-z]+)?");

  private final StepContext context;
  private final String name;
  private final UndoPacks packs;

  UndoLog(StepContext context) {
    this.context = context;
    this.name = name(context.attempt(), context.step().index());
    this.packs = new UndoPacks(context, name + "_packs");
  }

  private static String name(Attempt attempt, int step) {
    return prefix(attempt) + step;
  }

  /// How the names of all undo logs of an attempt begin.
  static String prefix(Attempt attempt) {
    return CollectionName.OWN_PREFIX + "undo_%s_%d_".formatted(attempt.version(), attempt.number());
  }

  MongoCollection<BsonDocument> collection() {
    return context.collection(name);
  }

  /// The entries that were written by the range.
  UndoPacks packs() {
    return packs;
  }

  /// Writes entries; one that is there already stays as it is.
  void add(List<Entry> entries) {
    try {
      FirstWins.insert(collection(), entries.stream().map(UndoLog::document).toList());
    } catch (BsonMaximumSizeExceededException tooLarge) {
      throw context.failed(
          "ImageTooLarge",
          "the old and new values of a document of '%s' do not fit into an entry of the undo log (16 MiB); change fewer fields of it in one step"
              .formatted(context.step().operation().collection()),
          tooLarge);
    }
  }

  /// Writes an entry over the one that is there: its document is known to be unchanged by this
  /// step.
  void replace(Entry entry) {
    collection()
        .replaceOne(
            new BsonDocument("_id", entry.id()),
            document(entry),
            new ReplaceOptions().upsert(true));
  }

  /// Removes entries.
  void remove(Collection<BsonValue> ids) {
    if (!ids.isEmpty()) {
      long removed = collection().deleteMany(among(ids)).getDeletedCount();
      if (removed < ids.size()) {
        packs.remove(ids);
      }
    }
  }

  /// Removes entries of a range.
  ///
  /// @param ids in the server's order
  void removeInOrder(List<BsonValue> ids) {
    if (!ids.isEmpty()) {
      collection().deleteMany(among(ids));
      packs.removeInOrder(ids);
    }
  }

  /// The entries of these documents.
  ///
  /// @param ids in the server's order
  Map<BsonValue, Entry> read(List<BsonValue> ids) {
    Map<BsonValue, Entry> entries = new TreeMap<>(Bson.BY_BYTES);
    collection()
        .find(among(ids))
        .map(UndoLog::entry)
        .forEach(entry -> entries.put(entry.id(), entry));
    entries.putAll(packs.read(ids));
    return entries;
  }

  /// Which documents have entries, among them those of these that do.
  ///
  /// @param ids in the server's order, of one type bracket
  Set<BsonValue> ids(List<BsonValue> ids) {
    Set<BsonValue> found = new TreeSet<>(Bson.BY_BYTES);
    if (ids.isEmpty()) {
      return found;
    }
    collection()
        .find(IdBracket.of(ids.getFirst()).between(ids.getFirst(), ids.getLast()))
        .projection(new BsonDocument("_id", new BsonInt32(1)))
        .forEach(entry -> found.add(entry.get("_id")));
    found.addAll(packs.ids(ids));
    return found;
  }

  /// How many entries there are.
  long count() {
    return context.database().getCollection(name).countDocuments() + packs.count();
  }

  /// The names of the undo logs that are left of an attempt.
  static List<String> left(MongoDatabase database, Attempt attempt) {
    return database.listCollectionNames().into(new ArrayList<>()).stream()
        .filter(name -> isOf(name, attempt))
        .toList();
  }

  /// Whether a collection is an undo log of the attempt, or belongs to one. A version may look like
  /// the beginning of another one's log: `0` and `0_1`.
  static boolean isOf(String name, Attempt attempt) {
    return name.startsWith(prefix(attempt))
        && OF_STEP.matcher(name.substring(prefix(attempt).length())).matches();
  }

  static Entry entry(BsonDocument document) {
    return new Entry(
        document.get("_id"),
        DocumentChange.of(document),
        document.getBoolean(INSERTED, BsonBoolean.FALSE).getValue());
  }

  static BsonDocument document(Entry entry) {
    BsonDocument document = entry.change().appendTo(new BsonDocument("_id", entry.id()));
    return entry.inserted() ? document.append(INSERTED, BsonBoolean.TRUE) : document;
  }

  /// The condition that `_id` is among these, and `filter` matches.
  static BsonDocument matching(Collection<BsonValue> ids, BsonDocument filter) {
    return filter.isEmpty()
        ? among(ids)
        : new BsonDocument("$and", new BsonArray(List.of(among(ids), filter)));
  }

  /// The condition that `_id` is among these.
  static BsonDocument among(Collection<BsonValue> ids) {
    return new BsonDocument("_id", new BsonDocument("$in", new BsonArray(List.copyOf(ids))));
  }
}
