package dev.godwit.engine.plan;

import dev.godwit.api.v1alpha1.DropTarget;
import dev.godwit.api.v1alpha1.WhenNotMatched;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.changelog.IndexDefinition;
import dev.godwit.engine.step.UniqueOn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What stands in the way of a step in collections, their kinds, options and indexes. Pure: it
/// knows what the outlook knows.
final class StructureFindings {

  private static final int MOST_INDEXES = 64;

  /// Options that FerretDB takes and does not keep (docs/servers.md).
  private static final Set<String> NOT_KEPT = Set.of("capped", "timeseries", "clusteredIndex");

  private final PlanContext context;
  private final String version;
  private final CompiledStep step;
  private final String path;
  private final List<Finding> findings = new ArrayList<>();

  private StructureFindings(PlanContext context, String version, CompiledStep step) {
    this.context = context;
    this.version = version;
    this.step = step;
    this.path = step.path() + "." + step.operation().kind();
  }

  /// @param version of the migration
  static List<Finding> of(PlanContext context, String version, CompiledStep step) {
    StructureFindings all = new StructureFindings(context, version, step);
    if (!all.isUnknown()) {
      all.look();
    }
    return all.findings;
  }

  /// Whether a command of an earlier step works on the same, so that nobody can tell.
  private boolean isUnknown() {
    return Stream.concat(
            Stream.of(step.operation().collection()), step.operation().collections().stream())
        .anyMatch(context.outlook()::isUnknown);
  }

  private void look() {
    switch (step.operation()) {
      case CompiledOperation.CreateCollection create -> create(create);
      case CompiledOperation.DropCollection drop -> {
        if (isThere(drop.collection(), ".collection")) {
          requireRenamable(drop.collection(), ".collection");
        }
      }
      case CompiledOperation.RenameCollection rename -> rename(rename);
      case CompiledOperation.CreateIndexes create -> {
        if (isThere(create.collection(), ".collection")) {
          indexes(create);
        }
      }
      case CompiledOperation.DropIndexes drop -> {
        if (isThere(drop.collection(), ".collection")) {
          drop(drop);
        }
      }
      case CompiledOperation.SetValidator set -> requirePlain(set.collection(), ".collection");
      case CompiledOperation.Update update -> requirePlain(update.collection(), ".collection");
      case CompiledOperation.Delete delete -> requirePlain(delete.collection(), ".collection");
      case CompiledOperation.RenameField rename -> requirePlain(rename.collection(), ".collection");
      case CompiledOperation.Merge merge -> {
        isThere(merge.collection(), ".collection");
        if (merge.whenNotMatched() != WhenNotMatched.Insert
            || context.future(merge.into()).exists()) {
          requirePlain(merge.into(), ".into");
        }
        if (!UniqueOn.holds(merge.on(), context.future(merge.into()).indexes())) {
          findings.add(Finding.error("IndexMissing", path + ".matchOn", UniqueOn.message(merge)));
        }
      }
      case CompiledOperation.Insert insert -> {
        if (context.future(insert.collection()).exists()) {
          requirePlain(insert.collection(), ".collection");
        }
      }
      case CompiledOperation.RunCommand _ -> {}
    }
  }

  private void create(CompiledOperation.CreateCollection create) {
    Outlook.Future future = context.future(create.collection());
    if (future.exists() && !future.entry().optionsHold(create.options())) {
      error(
          "CollectionExists",
          "",
          "'%s' exists already with other options (%s); change its options in a step of their own or drop createCollection",
          create.collection(),
          future.options().toJson());
    }
    if (!future.exists() && context.server().isFerretDb()) {
      create.options().keySet().stream()
          .filter(NOT_KEPT::contains)
          .forEach(
              option ->
                  error(
                      "OptionsNotSupported",
                      ".options",
                      "%s takes '%s' and does not keep it, so the step would fail; leave it out or use a server that has it",
                      context.server().product(),
                      option));
    }
  }

  private void rename(CompiledOperation.RenameCollection rename) {
    if (!isThere(rename.collection(), ".collection")) {
      return;
    }
    requireRenamable(rename.collection(), ".collection");
    if (context.future(rename.to()).exists()) {
      if (rename.dropTarget() == DropTarget.Refuse) {
        error(
            "TargetExists",
            ".to",
            "'%s' exists already; drop or rename it in an earlier step, or let dropTarget: SetAside move it out of the way",
            rename.to());
      } else {
        requireRenamable(rename.to(), ".to");
      }
    }
  }

  private void drop(CompiledOperation.DropIndexes drop) {
    List<String> there =
        context.future(drop.collection()).indexes().stream().map(IndexDefinition::name).toList();
    for (int i = 0; i < drop.names().size(); i++) {
      if (!there.contains(drop.names().get(i))) {
        error(
            "IndexMissing",
            ".indexes[%d]".formatted(i),
            "'%s' has no index '%s'; it has %s",
            drop.collection(),
            drop.names().get(i),
            String.join(", ", there));
      }
    }
  }

  private void indexes(CompiledOperation.CreateIndexes create) {
    Outlook.Future future = context.future(create.collection());
    if (future.type().equals("view")) {
      error(
          "NotACollection",
          ".collection",
          "'%s' is a view; it has no indexes of its own",
          create.collection());
      return;
    }
    int added = 0;
    for (int i = 0; i < create.indexes().size(); i++) {
      IndexDefinition index = future.entry().here(create.indexes().get(i));
      if (future.indexes().stream().anyMatch(index::sameIndex)) {
        continue;
      }
      added++;
      String at = "%s.indexes[%d]".formatted(path, i);
      for (IndexDefinition there : future.indexes()) {
        IndexConflict.between(there, index, context.server().tellsUniqueAndSparse())
            .ifPresent(found -> findings.add(conflict(at, found, create.collection())));
      }
    }
    if (future.indexes().size() + added > MOST_INDEXES) {
      error(
          "TooManyIndexes",
          "",
          "'%s' would have %d indexes; a collection has at most %d",
          create.collection(),
          future.indexes().size() + added,
          MOST_INDEXES);
    }
  }

  private Finding conflict(String at, IndexConflict conflict, String collection) {
    Optional<Cause> maker = context.outlook().maker(conflict.there());
    return conflict.finding(
        at,
        maker
            .map(cause -> "%s gives '%s' the index".formatted(cause, collection))
            .orElseGet(() -> "'%s' has the index".formatted(collection)),
        maker.filter(cause -> cause.version().equals(version)).isPresent());
  }

  private boolean isThere(String collection, String field) {
    boolean there = context.future(collection).exists();
    if (!there) {
      error(
          "CollectionMissing",
          field,
          "'%s' does not exist; correct the name or create it in an earlier step",
          collection);
    }
    return there;
  }

  private void requirePlain(String collection, String field) {
    if (isThere(collection, field) && !context.future(collection).isPlain()) {
      error(
          "NotACollection",
          field,
          "'%s' is a %s, whose documents this operation cannot change",
          collection,
          kind(collection));
    }
  }

  private void requireRenamable(String collection, String field) {
    if (!context.future(collection).isPlain()) {
      error(
          "CannotBeRenamed",
          field,
          "'%s' is a %s, which a server cannot rename, so it could not be put back; do it by hand, after a backup",
          collection,
          kind(collection));
    }
  }

  private String kind(String collection) {
    return context.future(collection).type().equals("view") ? "view" : "time-series collection";
  }

  private void error(String reason, String field, String message, Object... arguments) {
    findings.add(Finding.error(reason, path + field, message.formatted(arguments)));
  }
}
