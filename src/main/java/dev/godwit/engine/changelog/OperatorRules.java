package dev.godwit.engine.changelog;

import dev.godwit.engine.RunException;
import dev.godwit.engine.Spot;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// Which operators a manifest may use. Unknown ones are refused before anything is touched: a
/// server would notice some of them only when the first document is there. Sources: MongoDB's
/// manual, "Query Predicates", "Update Operators", "Updates with Aggregation Pipeline".
final class OperatorRules {

  private static final Set<String> NEVER =
      Set.of("$where", "$function", "$accumulator", "$out", "$merge");

  private static final Set<String> QUERY =
      Set.of(
          "$eq",
          "$gt",
          "$gte",
          "$in",
          "$lt",
          "$lte",
          "$ne",
          "$nin",
          "$and",
          "$not",
          "$nor",
          "$or",
          "$exists",
          "$type",
          "$expr",
          "$jsonSchema",
          "$mod",
          "$regex",
          "$options",
          "$all",
          "$elemMatch",
          "$size",
          "$bitsAllClear",
          "$bitsAllSet",
          "$bitsAnyClear",
          "$bitsAnySet",
          "$comment",
          "$geoIntersects",
          "$geoWithin",
          "$alwaysTrue",
          "$alwaysFalse");

  /// Below these keys of a query other rules hold: expressions, schemas, geometries.
  private static final Set<String> QUERY_OPAQUE =
      Set.of(
          "$expr",
          "$jsonSchema",
          "$geoIntersects",
          "$geoWithin",
          "$eq",
          "$ne",
          "$in",
          "$nin",
          "$gt",
          "$gte",
          "$lt",
          "$lte",
          "$all");

  private static final Set<String> UPDATE =
      Set.of(
          "$currentDate",
          "$inc",
          "$min",
          "$max",
          "$mul",
          "$rename",
          "$set",
          "$unset",
          "$addToSet",
          "$pop",
          "$pull",
          "$push",
          "$pullAll",
          "$bit");

  /// Source: MongoDB's manual, `create`.
  private static final Set<String> CREATE =
      Set.of(
          "capped",
          "size",
          "max",
          "timeseries",
          "expireAfterSeconds",
          "clusteredIndex",
          "changeStreamPreAndPostImages",
          "storageEngine",
          "validator",
          "validationLevel",
          "validationAction",
          "indexOptionDefaults",
          "collation");

  private static final Set<String> PIPELINE =
      Set.of("$addFields", "$set", "$project", "$unset", "$replaceRoot", "$replaceWith");

  private OperatorRules() {}

  /// @throws RunException with verdict `Refused` naming the path and the operator
  static void checkFilter(String path, BsonDocument filter) {
    checkNever(path, filter);
    query(path, filter);
  }

  private static void query(String path, BsonDocument filter) {
    for (Map.Entry<String, BsonValue> entry : filter.entrySet()) {
      String key = entry.getKey();
      if (key.startsWith("$") && !QUERY.contains(key)) {
        throw unknown(path, key, QUERY);
      }
      if (!QUERY_OPAQUE.contains(key)) {
        nested(path, entry.getValue());
      }
    }
  }

  private static void nested(String path, BsonValue value) {
    if (value instanceof BsonArray array) {
      array.forEach(element -> nested(path, element));
    } else if (value instanceof BsonDocument document && hasOperator(document)) {
      query(path, document);
    }
  }

  private static boolean hasOperator(BsonDocument document) {
    return !isReference(document)
        && document.entrySet().stream()
            .anyMatch(
                entry ->
                    entry.getKey().startsWith("$")
                        || entry.getValue().isDocument()
                        || entry.getValue().isArray());
  }

  private static boolean isReference(BsonDocument document) {
    return document.containsKey("$ref") && document.containsKey("$id");
  }

  /// @throws RunException with verdict `Refused` naming the path and the operator
  static void checkOperators(String path, BsonDocument update) {
    checkNever(path, update);
    if (update.isEmpty()) {
      throw RunException.refused(
          "InvalidUpdate", path, "the update is empty; name at least one operator such as $set");
    }
    update.forEach(
        (operator, fields) -> {
          if (!operator.startsWith("$")) {
            throw RunException.refused(
                "InvalidUpdate",
                new Spot(path, -1, operator),
                "'%s' is not an update operator; replacing whole documents needs a pipeline with $replaceWith"
                    .formatted(operator),
                null);
          }
          if (!UPDATE.contains(operator)) {
            throw unknown(path, operator, UPDATE);
          }
          if (!fields.isDocument() || fields.asDocument().isEmpty()) {
            throw RunException.refused(
                "InvalidUpdate", path, operator + " needs a document of fields");
          }
          fields.asDocument().forEach((field, value) -> checkNotId(path, operator, field, value));
        });
  }

  private static void checkNotId(String path, String operator, String field, BsonValue value) {
    boolean renamesToId =
        operator.equals("$rename") && value.isString() && value.asString().getValue().equals("_id");
    if (field.equals("_id") || field.startsWith("_id.") || renamesToId) {
      throw RunException.refused("InvalidUpdate", path, "_id cannot be changed");
    }
  }

  /// @throws RunException with verdict `Refused` naming the path and the stage
  static void checkPipeline(String path, List<BsonDocument> stages) {
    if (stages.isEmpty()) {
      throw RunException.refused("InvalidUpdate", path, "the pipeline is empty");
    }
    for (int i = 0; i < stages.size(); i++) {
      String at = "%s[%d]".formatted(path, i);
      BsonDocument stage = stages.get(i);
      checkNever(at, stage);
      if (stage.size() != 1) {
        throw RunException.refused("InvalidUpdate", at, "a stage has exactly one operator");
      }
      if (!PIPELINE.contains(stage.getFirstKey())) {
        throw unknown(at, stage.getFirstKey(), PIPELINE);
      }
    }
  }

  /// The pipeline of a check, which may use every stage that only reads.
  ///
  /// @throws RunException with verdict `Refused` naming the path and the stage
  static void checkReading(String path, List<BsonDocument> stages) {
    if (stages.isEmpty()) {
      throw RunException.refused("InvalidPipeline", path, "the pipeline is empty");
    }
    for (int i = 0; i < stages.size(); i++) {
      String at = "%s[%d]".formatted(path, i);
      BsonDocument stage = stages.get(i);
      checkNever(at, stage);
      if (stage.size() != 1 || !stage.getFirstKey().startsWith("$")) {
        throw RunException.refused(
            "InvalidPipeline", at, "a stage has exactly one operator, such as $match");
      }
    }
  }

  /// Options of a collection. Others of the server's command would name another collection, or make
  /// a view, which no rollback can rename.
  ///
  /// @throws RunException with verdict `Refused` naming the path and the option
  static void checkCreateOptions(String path, BsonDocument options) {
    for (String option : options.keySet()) {
      if (!CREATE.contains(option)) {
        throw RunException.refused(
            "UnknownOption",
            new Spot(path, -1, option),
            "'%s' is not an option of a collection; %s"
                .formatted(option, Nearest.suggestion(option, CREATE)),
            null);
      }
    }
  }

  /// Refuses code that runs in the server and stages that write elsewhere, at any depth.
  static void checkNever(String path, BsonValue value) {
    if (value instanceof BsonArray array) {
      array.forEach(element -> checkNever(path, element));
    } else if (value instanceof BsonDocument document) {
      document.forEach(
          (key, below) -> {
            if (NEVER.contains(key)) {
              throw RunException.refused(
                  "OperatorRefused",
                  new Spot(path, -1, key),
                  key + " is not allowed in a migration",
                  null);
            }
            if (!key.equals("$literal")) {
              checkNever(path, below);
            }
          });
    }
  }

  private static RunException unknown(String path, String operator, Set<String> known) {
    return RunException.refused(
        "UnknownOperator",
        new Spot(path, -1, operator),
        "'%s' is not known here; %s".formatted(operator, Nearest.suggestion(operator, known)),
        null);
  }
}
