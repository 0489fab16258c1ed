package dev.godwit.engine.plan;

import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.changelog.IndexDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The indexes that migrations create one after the other, as far as their manifests tell.
final class IndexLedger {

  private record Created(IndexDefinition index, String step, String manifest) {}

  private final Map<String, List<Created>> collections = new HashMap<>();

  /// Takes over the steps of the next migration.
  ///
  /// @return the indexes that a collection could not have beside an earlier one
  List<Finding> add(List<CompiledStep> steps, String where) {
    List<Finding> conflicts = new ArrayList<>();
    for (CompiledStep step : steps) {
      switch (step.operation()) {
        case CompiledOperation.CreateIndexes create -> create(step, create, where, conflicts);
        case CompiledOperation.DropIndexes drop ->
            of(drop.collection())
                .removeIf(created -> drop.names().contains(created.index().name()));
        case CompiledOperation.DropCollection drop -> collections.remove(drop.collection());
        case CompiledOperation.RenameCollection rename ->
            collections.put(
                rename.to(),
                Optional.ofNullable(collections.remove(rename.collection()))
                    .orElseGet(ArrayList::new));
        default -> {}
      }
    }
    return conflicts;
  }

  private List<Created> of(String collection) {
    return collections.computeIfAbsent(collection, _ -> new ArrayList<>());
  }

  private void create(
      CompiledStep step,
      CompiledOperation.CreateIndexes create,
      String manifest,
      List<Finding> conflicts) {
    for (int i = 0; i < create.indexes().size(); i++) {
      IndexDefinition index = create.indexes().get(i);
      String path = "%s.createIndexes.indexes[%d]".formatted(step.path(), i);
      for (Created earlier : of(create.collection())) {
        IndexConflict.between(earlier.index(), index, true)
            .ifPresent(
                conflict ->
                    conflicts.add(
                        conflict.finding(
                            path,
                            "step '%s' of %s gives '%s' the index"
                                .formatted(earlier.step(), earlier.manifest(), create.collection()),
                            earlier.manifest().equals(manifest))));
      }
      of(create.collection()).add(new Created(index, step.name(), manifest));
    }
  }
}
