package dev.godwit.engine.step;

import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.IndexDefinition;
import java.util.List;
import java.util.Set;

/// Whether the fields of `merge.on` identify a document, as the server's `$merge` demands: `_id`,
/// or a unique index on exactly these fields ([MongoDB's
/// manual](https://www.mongodb.com/docs/manual/reference/operator/aggregation/merge/)).
public final class UniqueOn {

  private UniqueOn() {}

  /// Whether one of the indexes makes the fields unique, for all documents.
  public static boolean holds(List<String> on, List<IndexDefinition> indexes) {
    return on.equals(List.of("_id"))
        || indexes.stream()
            .anyMatch(
                index ->
                    index.keys().keySet().equals(Set.copyOf(on))
                        && index.options().containsKey("unique")
                        && !index.options().containsKey("partialFilterExpression"));
  }

  /// What to tell when none does.
  public static String message(CompiledOperation.Merge merge) {
    return "'%s' has no unique index on %s alone, so these do not identify a document; create one in an earlier step, or merge on _id"
        .formatted(merge.into(), String.join(", ", merge.on()));
  }
}
