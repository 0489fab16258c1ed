package dev.godwit.engine.step;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.ReplaceOptions;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.bson.DocumentChange;
import dev.godwit.engine.bson.Field;
import dev.godwit.engine.range.IdBracket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/// Entries of the undo log by the range: a document holds the images of up to a page of documents
/// whose `_id`s follow each other, its own `_id` is the first of them. Changes that are the same
/// are stored once: `{_id: first, n: count, i: [ids in order], g: [changes], x: [index into g of
/// each id]}`; `x` is left out where all changes are the same, or all differ.
final class UndoPacks {

  /// Images in one pack take at most this many bytes (but one of them may be larger).
  private static final int PACK_BYTES = 2 * 1024 * 1024;

  private static final BsonDocument DESCENDING = new BsonDocument("_id", new BsonInt32(-1));
  private static final BsonDocument IDS =
      new BsonDocument("i", new BsonInt32(1)).append("n", new BsonInt32(1));

  private final StepContext context;
  private final String name;

  UndoPacks(StepContext context, String name) {
    this.context = context;
    this.name = name;
  }

  MongoCollection<BsonDocument> collection() {
    return context.collection(name);
  }

  /// Writes the images of a range that has none.
  ///
  /// @param entries in the server's order of `_id`
  void add(List<UndoLog.Entry> entries) {
    List<BsonDocument> packs = new ArrayList<>();
    Packing packing = new Packing();
    for (UndoLog.Entry entry : entries) {
      if (packing.bytes > PACK_BYTES) {
        packs.add(packing.document());
        packing = new Packing();
      }
      packing.add(entry);
    }
    if (!packing.ids.isEmpty()) {
      packs.add(packing.document());
    }
    if (!packs.isEmpty()) {
      collection().insertMany(packs);
    }
  }

  /// Writes the `_id`s of a range that has none, without images.
  ///
  /// @param ids in the server's order
  void addIds(List<BsonValue> ids) {
    collection()
        .insertOne(
            new BsonDocument("_id", ids.getFirst())
                .append("n", new BsonInt64(ids.size()))
                .append("i", new BsonArray(ids))
                .append(
                    "g",
                    new BsonArray(
                        List.of(
                            new BsonDocument("b", new BsonArray()).append("a", new BsonArray())))));
  }

  /// The entries of these documents.
  ///
  /// @param ids in the server's order
  Map<BsonValue, UndoLog.Entry> read(List<BsonValue> ids) {
    Set<BsonValue> wanted = set(ids);
    Map<BsonValue, UndoLog.Entry> found = new TreeMap<>(Bson.BY_BYTES);
    for (BsonDocument pack : around(ids, null)) {
      entries(pack).stream()
          .filter(entry -> wanted.contains(entry.id()))
          .forEach(entry -> found.put(entry.id(), entry));
    }
    return found;
  }

  /// Which documents have entries, among them those of these that do.
  ///
  /// @param ids in the server's order
  Set<BsonValue> ids(List<BsonValue> ids) {
    Set<BsonValue> found = new TreeSet<>(Bson.BY_BYTES);
    for (BsonDocument pack : around(ids, IDS)) {
      found.addAll(pack.getArray("i"));
    }
    return found;
  }

  /// Removes entries. Each is looked up: it is for the few documents that an application changed
  /// meanwhile.
  void remove(Collection<BsonValue> ids) {
    for (BsonValue id : ids) {
      for (BsonDocument pack : around(List.of(id), null)) {
        List<UndoLog.Entry> entries = entries(pack);
        List<UndoLog.Entry> left =
            entries.stream().filter(entry -> !Bson.identical(entry.id(), id)).toList();
        if (left.size() < entries.size()) {
          replace(pack.get("_id"), left);
        }
      }
    }
  }

  /// Removes entries of a range.
  ///
  /// @param ids in the server's order
  void removeInOrder(List<BsonValue> ids) {
    Set<BsonValue> gone = set(ids);
    for (BsonDocument pack : around(ids, null)) {
      List<UndoLog.Entry> entries = entries(pack);
      List<UndoLog.Entry> left =
          entries.stream().filter(entry -> !gone.contains(entry.id())).toList();
      if (left.size() < entries.size()) {
        replace(pack.get("_id"), left);
      }
    }
  }

  /// Removes a pack.
  void remove(BsonDocument pack) {
    collection().deleteOne(new BsonDocument("_id", pack.get("_id")));
  }

  /// A pack keeps its `_id` when its first document goes: its range does not grow by that.
  private void replace(BsonValue packId, List<UndoLog.Entry> left) {
    BsonDocument query = new BsonDocument("_id", packId);
    if (left.isEmpty()) {
      collection().deleteOne(query);
      return;
    }
    Packing packing = new Packing();
    left.forEach(packing::add);
    BsonDocument pack = packing.document();
    pack.put("_id", packId);
    collection().replaceOne(query, pack, new ReplaceOptions());
  }

  /// How many entries there are.
  long count() {
    long count = 0;
    for (BsonDocument pack :
        context.unhurried(name).find().projection(new BsonDocument("n", new BsonInt32(1)))) {
      count += pack.getNumber("n").longValue();
    }
    return count;
  }

  /// The packs that may hold these documents: those that begin among them, and the one before.
  private List<BsonDocument> around(List<BsonValue> ids, BsonDocument projection) {
    if (ids.isEmpty()) {
      return List.of();
    }
    List<BsonDocument> packs = new ArrayList<>();
    IdBracket bracket = IdBracket.of(ids.getFirst());
    collection()
        .find(bracket.upTo(ids.getFirst()))
        .projection(projection)
        .sort(DESCENDING)
        .limit(1)
        .into(packs);
    collection()
        .find(bracket.condition(ids.getFirst(), ids.getLast()))
        .projection(projection)
        .into(packs);
    return packs;
  }

  /// The entries of a pack, in the server's order of `_id`.
  static List<UndoLog.Entry> entries(BsonDocument pack) {
    BsonArray ids = pack.getArray("i");
    if (pack.containsKey("f")) {
      return columns(pack);
    }
    List<DocumentChange> changes =
        pack.getArray("g").stream().map(change -> DocumentChange.of(change.asDocument())).toList();
    BsonArray index = pack.getArray("x", null);
    List<UndoLog.Entry> entries = new ArrayList<>(ids.size());
    for (int i = 0; i < ids.size(); i++) {
      int change = index != null ? index.get(i).asInt32().getValue() : changes.size() == 1 ? 0 : i;
      entries.add(new UndoLog.Entry(ids.get(i), changes.get(change), false));
    }
    return entries;
  }

  private static List<UndoLog.Entry> columns(BsonDocument pack) {
    BsonArray ids = pack.getArray("i");
    BsonArray names = pack.getArray("f");
    List<UndoLog.Entry> entries = new ArrayList<>(ids.size());
    for (int i = 0; i < ids.size(); i++) {
      entries.add(
          new UndoLog.Entry(
              ids.get(i),
              new DocumentChange(
                  fields(names, pack.getArray("b"), i),
                  fields(names, pack.getArray("a"), i),
                  List.of()),
              false));
    }
    return entries;
  }

  private static List<Field> fields(BsonArray names, BsonArray values, int row) {
    List<Field> fields = new ArrayList<>(names.size());
    for (int i = 0; i < names.size(); i++) {
      fields.add(new Field(names.get(i).asString().getValue(), values.get(row * names.size() + i)));
    }
    return fields;
  }

  private static Set<BsonValue> set(List<BsonValue> ids) {
    Set<BsonValue> set = new TreeSet<>(Bson.BY_BYTES);
    set.addAll(ids);
    return set;
  }

  /// A pack in the making.
  private static final class Packing {
    private final BsonArray ids = new BsonArray();
    private final List<DocumentChange> all = new ArrayList<>();
    private final Map<ByteBuffer, Integer> known = new LinkedHashMap<>();
    private final BsonArray index = new BsonArray();
    private int bytes;

    void add(UndoLog.Entry entry) {
      byte[] change = Bson.bytes(entry.change().appendTo(new BsonDocument()));
      Integer place = known.putIfAbsent(ByteBuffer.wrap(change), known.size());
      if (place == null) {
        bytes += change.length;
      }
      ids.add(entry.id());
      all.add(entry.change());
      index.add(new BsonInt32(place == null ? known.size() - 1 : place));
      bytes += 32 + Bson.bytes(new BsonDocument("i", entry.id())).length;
    }

    BsonDocument document() {
      BsonDocument pack =
          new BsonDocument("_id", ids.getFirst())
              .append("n", new BsonInt64(ids.size()))
              .append("i", ids);
      List<String> names = names(all.getFirst().before());
      if (known.size() > ids.size() / 2 && known.size() > 1 && allOf(names)) {
        return pack.append("f", new BsonArray(names.stream().map(BsonString::new).toList()))
            .append("b", values(DocumentChange::before))
            .append("a", values(DocumentChange::after));
      }
      BsonArray changes = new BsonArray();
      known.keySet().forEach(change -> changes.add(new RawBsonDocument(change.array())));
      pack.append("g", changes);
      return changes.size() == 1 || changes.size() == ids.size() ? pack : pack.append("x", index);
    }

    private static List<String> names(List<Field> fields) {
      return fields.stream().map(Field::name).toList();
    }

    private boolean allOf(List<String> names) {
      return all.stream()
          .allMatch(
              change ->
                  change.order().isEmpty()
                      && change.newOrder().isEmpty()
                      && names(change.before()).equals(names)
                      && names(change.after()).equals(names));
    }

    private BsonArray values(Function<DocumentChange, List<Field>> side) {
      return new BsonArray(
          all.stream().flatMap(change -> side.apply(change).stream()).map(Field::value).toList());
    }
  }
}
