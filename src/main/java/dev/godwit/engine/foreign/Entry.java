package dev.godwit.engine.foreign;

import dev.godwit.engine.RunException;
import java.time.Instant;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// A document of another tool's collection.
public final class Entry {

  private final BsonDocument document;

  public Entry(BsonDocument document) {
    this.document = document;
  }

  /// A text that the tool always writes.
  ///
  /// @throws RunException with verdict `Refused` when it is not there
  String required(String field) {
    return text(field).orElseThrow(() -> unknown("text", field));
  }

  /// A date that the tool always writes.
  ///
  /// @throws RunException with verdict `Refused` when it is not there
  Instant requiredDate(String field) {
    return date(field).orElseThrow(() -> unknown("date", field));
  }

  /// A text; empty when it is missing, null or blank.
  Optional<String> text(String field) {
    return value(field)
        .filter(BsonValue::isString)
        .map(value -> value.asString().getValue())
        .filter(text -> !text.isBlank());
  }

  /// A date; empty when it is missing or of another type.
  Optional<Instant> date(String field) {
    return value(field)
        .filter(BsonValue::isDateTime)
        .map(value -> Instant.ofEpochMilli(value.asDateTime().getValue()));
  }

  /// A whole number; 0 when it is missing or of another type.
  long number(String field) {
    return value(field)
        .filter(BsonValue::isNumber)
        .map(value -> value.asNumber().longValue())
        .orElse(0L);
  }

  /// Whether it is there and true.
  boolean isTrue(String field) {
    return value(field)
        .filter(BsonValue::isBoolean)
        .map(value -> value.asBoolean().getValue())
        .orElse(false);
  }

  private RunException unknown(String type, String field) {
    return RunException.refused(
        "UnknownEntry",
        null,
        "the document with _id %s has no %s '%s', so it is not this tool's; name the tool's collection with --collection"
            .formatted(document.get("_id"), type, field));
  }

  private Optional<BsonValue> value(String field) {
    return Optional.ofNullable(document.get(field));
  }
}
