package dev.godwit.engine.step;

import dev.godwit.engine.bson.DottedPath;
import java.util.LinkedHashSet;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/// What aggregation expressions read. Cautious: what is not known counts as not deterministic.
final class ExpressionReads {

  /// Operators that read a field without its path, or something else than the document.
  private static final Set<String> OPAQUE =
      Set.of(
          "$rand",
          "$sampleRate",
          "$function",
          "$accumulator",
          "$getField",
          "$setField",
          "$unsetField",
          "$meta");

  /// Of these nobody can tell which fields they read.
  private static final Set<String> READS_ANYTHING =
      Set.of("$function", "$accumulator", "$getField", "$setField", "$unsetField");

  private final Set<String> fields = new LinkedHashSet<>();
  private boolean deterministic = true;
  private boolean wholeDocument;
  private boolean removes;

  /// Adds an expression.
  void scan(BsonValue expression) {
    switch (expression) {
      case BsonString string -> path(string.getValue());
      case BsonArray array -> array.forEach(this::scan);
      case BsonDocument document -> document.forEach(this::operator);
      default -> {}
    }
  }

  private void operator(String name, BsonValue argument) {
    if (OPAQUE.contains(name)) {
      deterministic = false;
    }
    if (READS_ANYTHING.contains(name)) {
      wholeDocument = true;
    }
    if (!name.equals("$literal")) {
      scan(argument);
    }
  }

  private void path(String string) {
    if (string.startsWith("$$")) {
      variable(DottedPath.top(string.substring(2)));
    } else if (string.startsWith("$")) {
      fields.add(DottedPath.top(string.substring(1)));
    }
  }

  /// Variables of `$let`, `$map` and the like begin with a small letter, the server's own with a
  /// capital one.
  private void variable(String name) {
    switch (name) {
      case "ROOT", "CURRENT" -> wholeDocument = true;
      case "REMOVE" -> removes = true;
      default -> deterministic &= !name.isEmpty() && Character.isLowerCase(name.charAt(0));
    }
  }

  /// The top-level fields that are read by their path.
  Set<String> fields() {
    return fields;
  }

  /// Whether the same document always gives the same value.
  boolean deterministic() {
    return deterministic;
  }

  /// Whether the document is read as a whole.
  boolean wholeDocument() {
    return wholeDocument;
  }

  /// Whether a field may be removed on purpose.
  boolean removes() {
    return removes;
  }
}
