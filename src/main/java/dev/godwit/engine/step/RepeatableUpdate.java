package dev.godwit.engine.step;

import dev.godwit.engine.bson.DottedPath;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledOperation.UpdateForm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// Whether an update makes the same of a document when it is done twice, so that it needs no images
/// to be done exactly once. Cautious: what is not known to be repeatable is not. Pure.
final class RepeatableUpdate {

  private static final Set<String> OPERATORS =
      Set.of("$set", "$unset", "$min", "$max", "$addToSet", "$pull", "$pullAll", "$setOnInsert");

  /// Conversions that leave their own result as it is.
  private static final Set<String> CONVERSIONS =
      Set.of(
          "$toLower",
          "$toUpper",
          "$abs",
          "$ceil",
          "$floor",
          "$toString",
          "$toInt",
          "$toLong",
          "$toDouble",
          "$toDecimal",
          "$toBool",
          "$toDate",
          "$toObjectId");

  private RepeatableUpdate() {}

  /// Whether the update is repeatable.
  static boolean is(CompiledOperation.Update update) {
    return update.arrayFilters().isEmpty()
        && update.collation() == null
        && switch (update.update()) {
          case UpdateForm.Operators operators -> operators(operators.document());
          case UpdateForm.Pipeline pipeline -> pipeline(pipeline.stages());
        };
  }

  private static boolean operators(BsonDocument operators) {
    return operators.entrySet().stream()
        .allMatch(
            operator ->
                OPERATORS.contains(operator.getKey())
                    && operator.getValue().asDocument().keySet().stream()
                        .noneMatch(path -> path.contains("$")));
  }

  private static boolean pipeline(List<BsonDocument> stages) {
    ExpressionReads reads = new ExpressionReads();
    List<String> written = new ArrayList<>();
    for (BsonDocument stage : stages) {
      String name = stage.getFirstKey();
      BsonValue body = stage.get(name);
      switch (name) {
        case "$set", "$addFields" ->
            body.asDocument()
                .forEach(
                    (path, expression) -> {
                      written.add(DottedPath.top(path));
                      if (!isConversionOfItself(path, expression)) {
                        reads.scan(expression);
                      }
                    });
        case "$unset" ->
            (body.isArray() ? body.asArray() : new BsonArray(List.of(body)))
                .forEach(path -> written.add(DottedPath.top(path.asString().getValue())));
        default -> {
          return false;
        }
      }
    }
    return reads.deterministic()
        && !reads.wholeDocument()
        && Set.copyOf(written).size() == written.size()
        && written.stream().noneMatch(reads.fields()::contains);
  }

  private static boolean isConversionOfItself(String path, BsonValue expression) {
    return expression instanceof BsonDocument call
        && call.size() == 1
        && CONVERSIONS.contains(call.getFirstKey())
        && call.get(call.getFirstKey()).isString()
        && call.getString(call.getFirstKey()).getValue().equals("$" + path);
  }

  /// Whether documents do not match the filter any more once they are updated, so that the filter
  /// tells what is left: a constant is set where the filter asks for its absence, or a field is
  /// removed where the filter asks for its presence.
  static boolean excludesItself(CompiledOperation.Update update) {
    Map<String, BsonValue> constants = constants(update.update());
    return update.filter().entrySet().stream()
        .anyMatch(
            condition ->
                constants.containsKey(condition.getKey())
                    && excludes(condition.getValue(), constants.get(condition.getKey())));
  }

  /// @param constant null for a field that is removed
  private static boolean excludes(BsonValue condition, BsonValue constant) {
    if (constant == null) {
      return condition.equals(new BsonDocument("$exists", BsonBoolean.TRUE));
    }
    return !constant.isNull()
        && (condition.isNull()
            || condition.equals(new BsonDocument("$exists", BsonBoolean.FALSE))
            || condition.equals(new BsonDocument("$ne", constant)));
  }

  private static Map<String, BsonValue> constants(UpdateForm form) {
    Map<String, BsonValue> constants = new HashMap<>();
    switch (form) {
      case UpdateForm.Operators operators -> {
        operators.document().getDocument("$set", new BsonDocument()).forEach(constants::put);
        operators
            .document()
            .getDocument("$unset", new BsonDocument())
            .keySet()
            .forEach(path -> constants.put(path, null));
      }
      case UpdateForm.Pipeline pipeline -> {
        Set<String> computed = new HashSet<>();
        for (BsonDocument stage : pipeline.stages()) {
          if (stage.get(stage.getFirstKey()) instanceof BsonDocument fields) {
            fields.forEach(
                (path, value) -> {
                  if (isConstant(value)) {
                    constants.put(path, value);
                  } else {
                    computed.add(path);
                  }
                });
          }
        }
        constants.keySet().removeAll(computed);
      }
    }
    constants.keySet().removeIf(path -> path.contains("."));
    return constants;
  }

  private static boolean isConstant(BsonValue value) {
    return !value.isDocument()
        && !value.isArray()
        && !(value.isString() && value.asString().getValue().startsWith("$"));
  }
}
