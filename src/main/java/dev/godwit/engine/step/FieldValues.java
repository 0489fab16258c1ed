package dev.godwit.engine.step;

import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.bson.DocumentChange;
import dev.godwit.engine.bson.Field;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/// Values of some top-level fields of a document; null means that the field is missing.
record FieldValues(Map<String, BsonValue> values) {

  /// The values of `fields` in a document.
  static FieldValues of(List<String> fields, BsonDocument document) {
    Map<String, BsonValue> values = new LinkedHashMap<>();
    fields.forEach(name -> values.put(name, document.get(name)));
    return new FieldValues(values);
  }

  /// The old values of a change.
  static FieldValues before(DocumentChange change) {
    return of(change, change.before());
  }

  /// The new values of a change.
  static FieldValues after(DocumentChange change) {
    return of(change, change.after());
  }

  private static FieldValues of(DocumentChange change, List<Field> present) {
    Map<String, BsonValue> values = new LinkedHashMap<>();
    change.before().forEach(field -> values.put(field.name(), null));
    change.after().forEach(field -> values.put(field.name(), null));
    present.forEach(field -> values.put(field.name(), field.value()));
    return new FieldValues(values);
  }

  /// The change from these values to `after`, of the same fields.
  ///
  /// @param keys all keys of the document before; empty when no field vanishes
  DocumentChange to(FieldValues after, List<String> keys) {
    List<Field> old = new ArrayList<>();
    List<Field> now = new ArrayList<>();
    values.forEach(
        (name, value) -> {
          BsonValue next = after.values.get(name);
          if (!Bson.identical(value, next)) {
            add(old, name, value);
            add(now, name, next);
          }
        });
    return new DocumentChange(old, now, vanishing(after) ? keys : List.of());
  }

  private static void add(List<Field> fields, String name, BsonValue value) {
    if (value != null) {
      fields.add(new Field(name, value));
    }
  }

  /// Whether a field that is present is missing in `after`.
  boolean vanishing(FieldValues after) {
    return values.entrySet().stream()
        .anyMatch(field -> field.getValue() != null && after.values.get(field.getKey()) == null);
  }

  /// Whether all these fields are missing.
  boolean isEmpty() {
    return values.values().stream().allMatch(value -> value == null);
  }

  /// A key that is the same for the same values.
  ByteBuffer key() {
    BsonDocument document = new BsonDocument();
    values.forEach(
        (name, value) ->
            document.append(
                name, value == null ? BsonBoolean.FALSE : new BsonArray(List.of(value))));
    return ByteBuffer.wrap(Bson.bytes(document));
  }

  /// An expression that is true of documents with these values. Numbers must have the same type;
  /// deeper in a value, the server compares numbers of all types with each other.
  BsonDocument condition() {
    BsonArray all = new BsonArray();
    values.forEach(
        (name, value) -> {
          BsonString path = new BsonString("$" + name);
          if (value == null) {
            all.add(typeIs(path, "missing"));
            return;
          }
          all.add(call("$eq", path, literal(value)));
          if (value.isNumber() || value.isDecimal128()) {
            all.add(typeIs(path, typeName(value)));
          }
        });
    return all.size() == 1 ? all.getFirst().asDocument() : new BsonDocument("$and", all);
  }

  private static String typeName(BsonValue number) {
    return switch (number.getBsonType()) {
      case INT32 -> "int";
      case INT64 -> "long";
      case DOUBLE -> "double";
      default -> "decimal";
    };
  }

  private static BsonDocument typeIs(BsonString path, String type) {
    return call("$eq", new BsonDocument("$type", path), new BsonString(type));
  }

  /// An expression of the value of a field; a field that these values do not name stays as it is.
  BsonValue expression(String name) {
    if (!values.containsKey(name)) {
      return new BsonString("$" + name);
    }
    BsonValue value = values.get(name);
    return value == null ? new BsonString("$$REMOVE") : literal(value);
  }

  /// The value as an expression.
  static BsonValue literal(BsonValue value) {
    boolean plain =
        switch (value.getBsonType()) {
          case STRING -> !value.asString().getValue().startsWith("$");
          case DOCUMENT, ARRAY -> false;
          default -> true;
        };
    return plain ? value : new BsonDocument("$literal", value);
  }

  static BsonDocument call(String operator, BsonValue... arguments) {
    return new BsonDocument(operator, new BsonArray(List.of(arguments)));
  }
}
