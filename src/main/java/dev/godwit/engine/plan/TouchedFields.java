package dev.godwit.engine.plan;

import dev.godwit.api.v1alpha1.WhenMatched;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledOperation.UpdateForm;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// Which fields of documents that exist already an operation may change.
///
/// @param all whether it may be any, or whole documents go
/// @param paths the fields
record TouchedFields(boolean all, Set<String> paths) {

  private static final TouchedFields NONE = new TouchedFields(false, Set.of());
  private static final TouchedFields ALL = new TouchedFields(true, Set.of());

  static TouchedFields of(CompiledOperation operation) {
    return switch (operation) {
      case CompiledOperation.Update update ->
          switch (update.update()) {
            case UpdateForm.Operators operators -> ofOperators(operators.document());
            case UpdateForm.Pipeline pipeline -> ofPipeline(pipeline);
          };
      case CompiledOperation.RenameField rename ->
          new TouchedFields(false, Set.of(rename.from(), rename.to()));
      case CompiledOperation.Merge merge ->
          merge.whenMatched() == WhenMatched.KeepExisting || merge.whenMatched() == WhenMatched.Fail
              ? NONE
              : ALL;
      case CompiledOperation.Delete _,
          CompiledOperation.RunCommand _,
          CompiledOperation.DropCollection _ ->
          ALL;
      case CompiledOperation.Insert insert -> operation.isDestructive() ? ALL : NONE;
      case CompiledOperation.CreateCollection _,
          CompiledOperation.RenameCollection _,
          CompiledOperation.CreateIndexes _,
          CompiledOperation.DropIndexes _,
          CompiledOperation.SetValidator _ ->
          NONE;
    };
  }

  private static TouchedFields ofOperators(BsonDocument operators) {
    Set<String> paths = new TreeSet<>();
    operators.forEach(
        (operator, fields) ->
            fields
                .asDocument()
                .forEach(
                    (field, value) -> {
                      paths.add(plain(field));
                      if (operator.equals("$rename") && value.isString()) {
                        paths.add(plain(value.asString().getValue()));
                      }
                    }));
    return new TouchedFields(false, paths);
  }

  /// Without the places in arrays: `items.$[].price` is `items.price`.
  private static String plain(String field) {
    return field.replaceAll("\\.(\\$(\\[[^\\]]*])?|[0-9]+)(?=\\.|$)", "");
  }

  private static TouchedFields ofPipeline(UpdateForm.Pipeline pipeline) {
    Set<String> paths = new TreeSet<>();
    for (BsonDocument stage : pipeline.stages()) {
      BsonValue value = stage.get(stage.getFirstKey());
      switch (stage.getFirstKey()) {
        case "$set", "$addFields" -> paths.addAll(value.asDocument().keySet());
        case "$unset" -> {
          if (value.isString()) {
            paths.add(value.asString().getValue());
          } else {
            value.asArray().forEach(field -> paths.add(field.asString().getValue()));
          }
        }
        default -> {
          return ALL;
        }
      }
    }
    return new TouchedFields(false, paths);
  }

  /// Whether one of the fields, a part of it or what it is a part of may change.
  boolean touches(Collection<String> fields) {
    return all
        || fields.stream().anyMatch(field -> paths.stream().anyMatch(path -> overlap(field, path)));
  }

  private static boolean overlap(String one, String other) {
    return one.equals(other) || one.startsWith(other + ".") || other.startsWith(one + ".");
  }
}
