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
    List<IndexDefinition> there = there(context);
    return new BsonDocument(
        ABSENT,
        new BsonArray(
            create.indexes().stream()
                .filter(index -> there.stream().noneMatch(index::sameIndex))
                .map(index -> new BsonString(index.name()))
                .toList()));
  }

  @Override
  public StepOutcome apply(StepContext context, BsonDocument intent, boolean resumed) {
    List<IndexDefinition> absent = absent(intent);
    for (int i = 0; i < absent.size(); i++) {
      context.checkpointReached();
      context.progress().report(i, absent.size());
      // One at a time: each is reported, and a failure names its index. Issued again after a crash
      // it joins the build.
      context
          .database()
          .runCommand(
              new BsonDocument("createIndexes", new BsonString(create.collection()))
                  .append("indexes", new BsonArray(List.of(absent.get(i).toCommand()))));
    }
    return StepAction.outcome(
        context, create.indexes().size(), absent.size(), create.indexes().size() - absent.size());
  }

  @Override
  public StepOutcome undo(StepContext context, BsonDocument intent, OnConflict onConflict) {
    List<IndexDefinition> there = there(context);
    List<IndexDefinition> created =
        absent(intent).stream().filter(index -> there.stream().anyMatch(index::sameIndex)).toList();
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

  private List<IndexDefinition> there(StepContext context) {
    return Catalog.read(context.database(), List.of(create.collection()))
        .get(create.collection())
        .indexes();
  }
}
