package dev.godwit.engine.bson;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/// What turns one image of a document into another, by top-level fields.
///
/// @param before the fields that change, with their old values; added fields are not in it
/// @param after the fields that change, with their new values; removed fields are not in it
/// @param order the old order of all keys, where putting the old values back would not restore it;
///     else empty
/// @param newOrder the new order of all keys, where putting the new values in would not make it;
///     else empty
public record DocumentChange(
    List<Field> before, List<Field> after, List<String> order, List<String> newOrder) {

  private static final String BEFORE = "b";
  private static final String AFTER = "a";
  private static final String ORDER = "k";
  private static final String NEW_ORDER = "o";

  /// A change after which new fields are where the server puts them.
  public DocumentChange(List<Field> before, List<Field> after, List<String> order) {
    this(before, after, order, List.of());
  }

  /// The change from `before` to `after`.
  public static DocumentChange between(BsonDocument before, BsonDocument after) {
    List<Field> old = new ArrayList<>();
    List<Field> now = new ArrayList<>();
    before.forEach(
        (name, value) -> {
          if (!Bson.identical(value, after.get(name))) {
            old.add(new Field(name, value));
          }
        });
    after.forEach(
        (name, value) -> {
          if (!Bson.identical(value, before.get(name))) {
            now.add(new Field(name, value));
          }
        });
    DocumentChange plain = new DocumentChange(old, now, List.of(), List.of());
    return new DocumentChange(
        old,
        now,
        orderUnless(Bson.identical(plain.reverted(after), before), before),
        orderUnless(Bson.identical(plain.applied(before), after), after));
  }

  private static List<String> orderUnless(boolean natural, BsonDocument document) {
    return natural ? List.of() : List.copyOf(document.keySet());
  }

  /// Whether the images were the same, the order of keys included.
  public boolean isEmpty() {
    return before.isEmpty() && after.isEmpty() && order.isEmpty();
  }

  /// Whether `document` has the old values of all touched fields.
  public boolean isBefore(BsonDocument document) {
    return has(document, before, after) && isInOrder(document, order);
  }

  /// Whether `document` has the new values of all touched fields.
  public boolean isAfter(BsonDocument document) {
    return has(document, after, before) && isInOrder(document, newOrder);
  }

  /// Where nothing but the order of keys changes, it tells the images apart.
  private boolean isInOrder(BsonDocument document, List<String> names) {
    return !before.isEmpty()
        || !after.isEmpty()
        || List.copyOf(inOrder(document, names).keySet()).equals(List.copyOf(document.keySet()));
  }

  private static boolean has(BsonDocument document, List<Field> present, List<Field> others) {
    Map<String, BsonValue> wanted = new LinkedHashMap<>();
    others.forEach(field -> wanted.put(field.name(), null));
    present.forEach(field -> wanted.put(field.name(), field.value()));
    return wanted.entrySet().stream()
        .allMatch(entry -> Bson.identical(document.get(entry.getKey()), entry.getValue()));
  }

  /// `document` with the new values in place of the old ones; added fields at the end, as the
  /// server does it, unless it did otherwise.
  public BsonDocument applied(BsonDocument document) {
    return inOrder(changed(document, before, after), newOrder);
  }

  /// `document` with the old values in place of the new ones.
  public BsonDocument reverted(BsonDocument document) {
    return inOrder(changed(document, after, before), order);
  }

  private static BsonDocument changed(BsonDocument document, List<Field> from, List<Field> to) {
    BsonDocument result = new BsonDocument();
    result.putAll(document);
    Map<String, BsonValue> target = new LinkedHashMap<>();
    to.forEach(field -> target.put(field.name(), field.value()));
    from.stream()
        .map(Field::name)
        .filter(name -> !target.containsKey(name))
        .forEach(result::remove);
    result.putAll(target);
    return result;
  }

  /// `document` with its keys in the given order; keys that the order does not name follow in their
  /// own.
  static BsonDocument inOrder(BsonDocument document, Collection<String> order) {
    if (order.isEmpty()) {
      return document;
    }
    BsonDocument result = new BsonDocument();
    order.stream().filter(document::containsKey).forEach(key -> result.put(key, document.get(key)));
    document.forEach(result::putIfAbsent);
    return result;
  }

  /// The update `{$set, $unset}` that leads from `from` to `to` exactly, or null where it would
  /// leave another order of keys (then the document must be replaced), where a name holds a dot or
  /// starts with a dollar, and where only the type of a number changes: FerretDB does not set a
  /// value that it takes for equal to the old one. The server adds new fields in lexicographic
  /// order ([MongoDB's
  /// manual](https://www.mongodb.com/docs/manual/reference/operator/update/set/)).
  public static BsonDocument asUpdate(BsonDocument from, BsonDocument to) {
    DocumentChange change = between(from, to);
    Map<String, BsonValue> set = new TreeMap<>();
    change.after.forEach(field -> set.put(field.name(), field.value()));
    BsonDocument unset = new BsonDocument();
    change.before.stream()
        .map(Field::name)
        .filter(name -> !set.containsKey(name))
        .forEach(name -> unset.put(name, new BsonString("")));
    boolean special =
        set.keySet().stream().anyMatch(DocumentChange::isSpecial)
            || unset.keySet().stream().anyMatch(DocumentChange::isSpecial)
            || set.entrySet().stream()
                .anyMatch(field -> Bson.sameValue(field.getValue(), from.get(field.getKey())));
    BsonDocument result = new BsonDocument();
    result.putAll(from);
    unset.keySet().forEach(result::remove);
    result.putAll(set);
    if (special || !Bson.identical(result, to)) {
      return null;
    }
    BsonDocument update = new BsonDocument();
    if (!set.isEmpty()) {
      BsonDocument values = new BsonDocument();
      values.putAll(set);
      update.put("$set", values);
    }
    if (!unset.isEmpty()) {
      update.put("$unset", unset);
    }
    return update;
  }

  private static boolean isSpecial(String name) {
    return name.isEmpty() || name.startsWith("$") || name.contains(".");
  }

  /// Appends this change to an entry of the undo log.
  public BsonDocument appendTo(BsonDocument entry) {
    entry.append(BEFORE, Field.toBson(before)).append(AFTER, Field.toBson(after));
    if (!order.isEmpty()) {
      entry.append(ORDER, names(order));
    }
    if (!newOrder.isEmpty()) {
      entry.append(NEW_ORDER, names(newOrder));
    }
    return entry;
  }

  /// The change of an entry of the undo log.
  public static DocumentChange of(BsonDocument entry) {
    return new DocumentChange(
        Field.fromBson(entry.getArray(BEFORE)),
        Field.fromBson(entry.getArray(AFTER)),
        names(entry, ORDER),
        names(entry, NEW_ORDER));
  }

  private static BsonArray names(List<String> names) {
    return new BsonArray(names.stream().map(BsonString::new).toList());
  }

  private static List<String> names(BsonDocument entry, String field) {
    return entry.getArray(field, new BsonArray()).stream()
        .map(name -> name.asString().getValue())
        .toList();
  }
}
