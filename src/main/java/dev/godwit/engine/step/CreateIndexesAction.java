package dev.godwit.engine.step;

import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.IndexDefinition;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// Creates indexes. Those that were there before the step are left, also by the undo.
final class CreateIndexesAction implements StepAction {

  private static final String ABSENT = "absent";

  private final CompiledOperation.CreateIndexes create;

  CreateIndexesAction(CompiledOperation.CreateIndexes create) {
    this.create = create;
  }

  @Override
  public BsonDocument intent(StepContext context) {
    Catalog.Entry there = entry(context);
    return new BsonDocument(
        ABSENT,
        new BsonArray(
            create.indexes().stream()
                .filter(index -> there.indexes().stream().noneMatch(there.here(index)::sameIndex))
                .map(index -> new BsonString(index.name()))
                .toList()));
  }

  /// One at a time: each is reported, and a failure names its index. Issued again after a crash it
  /// joins the build.
  @Override
  public StepOutcome apply(StepContext context, BsonDocument intent, boolean resumed) {
    List<IndexDefinition> absent = absent(intent);
    for (int i = 0; i < absent.size(); i++) {
      context.progress().report(i, absent.size());
      new IndexBuild(context, create.collection()).run(absent.get(i).toCommand());
    }
    absent.forEach(index -> requireKept(context, index));
    return StepAction.outcome(
        context, create.indexes().size(), absent.size(), create.indexes().size() - absent.size());
  }

  /// A server may take an option and not keep it.
  private void requireKept(StepContext context, IndexDefinition wanted) {
    Catalog.Entry there = entry(context);
    if (there.indexes().stream()
        .noneMatch(index -> index.sameIndex(there.here(wanted)) || index.hasAllOf(wanted))) {
      throw context.failed(
          "OptionsNotSupported",
          "the server took index '%s' %s of '%s', but has %s now; leave out what it does not keep, or use a server that does"
              .formatted(
                  wanted.name(),
                  wanted.describe(),
                  create.collection(),
                  there.indexes().stream()
                      .filter(index -> index.name().equals(wanted.name()))
                      .findFirst()
                      .map(IndexDefinition::describe)
                      .orElse("none of that name")),
          null);
    }
  }

  /// What somebody else built since under a name of this step, with other keys or options, stays.
  @Override
  public StepOutcome undo(StepContext context, BsonDocument intent, OnConflict onConflict) {
    Catalog.Entry there = entry(context);
    List<IndexDefinition> created =
        absent(intent).stream()
            .filter(
                index ->
                    there.indexes().stream()
                        .anyMatch(
                            it ->
                                it.name().equals(index.name())
                                    && it.sameApartFromHidden(there.here(index))))
            .toList();
    for (IndexDefinition index : created) {
      context.checkpointReached();
      context
          .database()
          .runCommand(
              new BsonDocument("dropIndexes", new BsonString(create.collection()))
                  .append("index", new BsonString(index.name())));
    }
    return StepAction.outcome(context, create.indexes().size(), created.size(), 0);
  }

  private List<IndexDefinition> absent(BsonDocument intent) {
    Set<String> names =
        intent.getArray(ABSENT).stream()
            .map(name -> name.asString().getValue())
            .collect(Collectors.toSet());
    return create.indexes().stream().filter(index -> names.contains(index.name())).toList();
  }

  private Catalog.Entry entry(StepContext context) {
    return Catalog.read(context.database(), List.of(create.collection())).get(create.collection());
  }
}
