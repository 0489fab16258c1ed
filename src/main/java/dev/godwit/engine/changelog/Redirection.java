package dev.godwit.engine.changelog;

import dev.godwit.engine.RunException;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/// Lets steps work on collections of other names. Names that are not known are refused, those in
/// pipelines too (`$lookup`, `$graphLookup`, `$unionWith`): what was meant for a copy would
/// read or change the original.
public final class Redirection {

  private static final String LOOKUP = "$lookup";
  private static final String GRAPH_LOOKUP = "$graphLookup";
  private static final String UNION_WITH = "$unionWith";

  private final Map<String, String> names;

  /// @param names the names that the collections have, by those in the steps
  public Redirection(Map<String, String> names) {
    this.names = Map.copyOf(names);
  }

  /// The step with the other names.
  ///
  /// @throws RunException with verdict `Refused` when it names a collection that is not known
  public CompiledStep of(CompiledStep step) {
    return new CompiledStep(
        step.index(), step.name(), step.path(), operation(step), step.rollback(), step.undo());
  }

  private CompiledOperation operation(CompiledStep step) {
    return switch (step.operation()) {
      case CompiledOperation.CreateIndexes it ->
          new CompiledOperation.CreateIndexes(name(step, it.collection()), it.indexes());
      case CompiledOperation.DropIndexes it ->
          new CompiledOperation.DropIndexes(name(step, it.collection()), it.names());
      case CompiledOperation.SetValidator it ->
          new CompiledOperation.SetValidator(
              name(step, it.collection()), it.validator(), it.level(), it.action());
      case CompiledOperation.Insert it ->
          new CompiledOperation.Insert(
              name(step, it.collection()), it.documents(), it.matchOn(), it.onConflict());
      case CompiledOperation.Update it ->
          new CompiledOperation.Update(
              name(step, it.collection()),
              it.filter(),
              it.update(),
              it.arrayFilters(),
              it.collation(),
              it.hint(),
              it.batches());
      case CompiledOperation.Delete it ->
          new CompiledOperation.Delete(
              name(step, it.collection()),
              switch (it.selection()) {
                case CompiledOperation.Selection.Filter filter -> filter;
                case CompiledOperation.Selection.Pipeline pipeline ->
                    new CompiledOperation.Selection.Pipeline(stages(step, pipeline.stages()));
              },
              it.batches());
      case CompiledOperation.Merge it ->
          new CompiledOperation.Merge(
              name(step, it.collection()),
              stages(step, it.pipeline()),
              name(step, it.into()),
              it.on(),
              it.whenMatched(),
              it.whenNotMatched(),
              it.batches());
      case CompiledOperation.RenameField it ->
          new CompiledOperation.RenameField(
              name(step, it.collection()), it.from(), it.to(), it.batches());
      case CompiledOperation.CreateCollection it -> throw unknown(step, it.collection());
      case CompiledOperation.DropCollection it -> throw unknown(step, it.collection());
      case CompiledOperation.RenameCollection it -> throw unknown(step, it.collection());
      case CompiledOperation.RunCommand it -> throw unknown(step, it.collection());
    };
  }

  private String name(CompiledStep step, String collection) {
    String name = names.get(collection);
    if (name == null) {
      throw unknown(step, collection);
    }
    return name;
  }

  private RunException unknown(CompiledStep step, String collection) {
    return RunException.refused(
        "CollectionNotRestored",
        step.path(),
        "step '%s' names collection '%s', which is not among those that are restored with their documents (%s)"
            .formatted(step.name(), collection, String.join(", ", names.keySet())));
  }

  private List<BsonDocument> stages(CompiledStep step, List<BsonDocument> stages) {
    return stages.stream().map(stage -> stage(step, stage)).toList();
  }

  private BsonDocument stage(CompiledStep step, BsonDocument stage) {
    BsonDocument redirected = new BsonDocument();
    stage.forEach((operator, value) -> redirected.append(operator, body(step, operator, value)));
    return redirected;
  }

  private BsonValue body(CompiledStep step, String operator, BsonValue value) {
    if (operator.equals(UNION_WITH) && value.isString()) {
      return new BsonString(name(step, value.asString().getValue()));
    }
    if (!value.isDocument()) {
      return value;
    }
    return switch (operator) {
      case LOOKUP, GRAPH_LOOKUP -> joined(step, value.asDocument(), "from");
      case UNION_WITH -> joined(step, value.asDocument(), "coll");
      case "$facet" -> {
        BsonDocument facets = new BsonDocument();
        value
            .asDocument()
            .forEach((name, pipeline) -> facets.append(name, pipeline(step, pipeline)));
        yield facets;
      }
      default -> value;
    };
  }

  private BsonDocument joined(CompiledStep step, BsonDocument body, String key) {
    BsonDocument redirected = new BsonDocument();
    body.forEach(
        (field, value) -> {
          if (field.equals(key) && value.isString()) {
            redirected.append(field, new BsonString(name(step, value.asString().getValue())));
          } else {
            redirected.append(field, field.equals("pipeline") ? pipeline(step, value) : value);
          }
        });
    return redirected;
  }

  private BsonValue pipeline(CompiledStep step, BsonValue value) {
    return value.isArray()
        ? new BsonArray(
            value.asArray().stream()
                .map(stage -> stage.isDocument() ? stage(step, stage.asDocument()) : stage)
                .toList())
        : value;
  }
}
