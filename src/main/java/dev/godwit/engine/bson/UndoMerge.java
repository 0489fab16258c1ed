package dev.godwit.engine.bson;

import dev.godwit.api.v1alpha1.OnConflict;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// Takes a change back from a document that somebody may have changed since: a three-way merge with
/// the migration's result as base. Pure.
public final class UndoMerge {

  /// A document with the change taken back.
  ///
  /// @param document the document as it should be
  /// @param conflict whether somebody else had changed a value that the migration wrote
  public record Result(BsonDocument document, boolean conflict) {}

  private final OnConflict onConflict;
  private boolean conflict;

  private UndoMerge(OnConflict onConflict) {
    this.onConflict = onConflict;
  }

  /// Takes `change` back from `current`.
  public static Result revert(BsonDocument current, DocumentChange change, OnConflict onConflict) {
    if (change.isAfter(current)) {
      return new Result(change.reverted(current), false);
    }
    UndoMerge merge = new UndoMerge(onConflict);
    BsonDocument merged = merge.fields(current, byName(change.before()), byName(change.after()));
    return new Result(DocumentChange.inOrder(merged, change.order()), merge.conflict);
  }

  private static Map<String, BsonValue> byName(List<Field> fields) {
    return fields.stream().collect(Collectors.toMap(Field::name, Field::value));
  }

  private BsonDocument fields(
      BsonDocument current, Map<String, BsonValue> before, Map<String, BsonValue> after) {
    Set<String> touched = new LinkedHashSet<>(before.keySet());
    touched.addAll(after.keySet());
    BsonDocument result = new BsonDocument();
    result.putAll(current);
    for (String name : touched) {
      BsonValue value = value(current.get(name), before.get(name), after.get(name));
      if (value == null) {
        result.remove(name);
      } else {
        result.put(name, value);
      }
    }
    return result;
  }

  /// Null stands for a missing value.
  private BsonValue value(BsonValue current, BsonValue before, BsonValue after) {
    if (Bson.identical(current, after)) {
      return before;
    }
    if (Bson.identical(current, before)) {
      return current;
    }
    if (isDocument(current) && isDocument(before) && isDocument(after)) {
      return fields(current.asDocument(), changed(before, after), changed(after, before));
    }
    if (before == null && isDocument(current) && isDocument(after)) {
      BsonDocument others =
          fields(current.asDocument(), Map.of(), changed(after, new BsonDocument()));
      return others.isEmpty() ? null : others;
    }
    conflict = true;
    return onConflict == OnConflict.Overwrite ? before : current;
  }

  private static Map<String, BsonValue> changed(BsonValue of, BsonValue against) {
    return of.asDocument().keySet().stream()
        .filter(name -> !Bson.identical(of.asDocument().get(name), against.asDocument().get(name)))
        .collect(Collectors.toMap(Function.identity(), name -> of.asDocument().get(name)));
  }

  private static boolean isDocument(BsonValue value) {
    return value != null && value.isDocument();
  }
}
