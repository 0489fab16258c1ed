package dev.godwit.engine.step;

import com.mongodb.MongoCommandException;
import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.IndexDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// Drops indexes by name. Their definitions are recorded as the server reports them, and the undo
/// builds them again from that.
final class DropIndexesAction implements StepAction {

  private static final String INDEXES = "indexes";
  private static final int INDEX_NOT_FOUND = 27;

  private final CompiledOperation.DropIndexes drop;

  DropIndexesAction(CompiledOperation.DropIndexes drop) {
    this.drop = drop;
  }

  @Override
  public BsonDocument intent(StepContext context) {
    BsonArray recorded = new BsonArray();
    there(context).stream()
        .filter(index -> drop.names().contains(name(index)))
        .forEach(index -> recorded.add(StoredBson.of(index)));
    return new BsonDocument(INDEXES, recorded);
  }

  @Override
  public StepOutcome apply(StepContext context, BsonDocument intent, boolean resumed) {
    List<BsonDocument> recorded = recorded(intent);
    Set<String> known = recorded.stream().map(DropIndexesAction::name).collect(Collectors.toSet());
    for (String name : drop.names()) {
      if (!known.contains(name)) {
        throw context.failed(
            "IndexMissing",
            "'%s' has no index '%s' any more; somebody else dropped it"
                .formatted(drop.collection(), name),
            null);
      }
    }
    for (BsonDocument index : recorded) {
      drop(context, index);
    }
    return StepAction.outcome(context, recorded.size(), recorded.size(), 0);
  }

  private void drop(StepContext context, BsonDocument index) {
    context.checkpointReached();
    try {
      context
          .database()
          .runCommand(
              new BsonDocument("dropIndexes", new BsonString(drop.collection()))
                  .append("index", index.get("name")));
    } catch (MongoCommandException refused) {
      // An earlier run has dropped it before its crash.
      if (refused.getCode() != INDEX_NOT_FOUND) {
        throw refused;
      }
    }
  }

  @Override
  public StepOutcome undo(StepContext context, BsonDocument intent, OnConflict onConflict) {
    List<BsonDocument> recorded = recorded(intent);
    if (!recorded.isEmpty() && !LiveCollections.read(context.database()).has(drop.collection())) {
      throw context.failed(
          "CollectionLost",
          "'%s' is not there any more, so its indexes cannot be built again; somebody else renamed or dropped it"
              .formatted(drop.collection()),
          null);
    }
    List<IndexDefinition> there = there(context).stream().map(IndexDefinition::ofServer).toList();
    int built = 0;
    for (BsonDocument index : recorded) {
      context.progress().report(built, recorded.size());
      IndexDefinition wanted = IndexDefinition.ofServer(index);
      if (there.stream().noneMatch(it -> it.name().equals(wanted.name()) && it.sameIndex(wanted))) {
        new IndexBuild(context, drop.collection()).run(index);
        built++;
      }
    }
    return StepAction.outcome(context, recorded.size(), built, 0);
  }

  private static String name(BsonDocument index) {
    return index.getString("name").getValue();
  }

  private static List<BsonDocument> recorded(BsonDocument intent) {
    return intent.getArray(INDEXES).stream()
        .map(index -> StoredBson.document(index.asBinary()))
        .toList();
  }

  /// As the server reports them, without what it does not take back.
  private List<BsonDocument> there(StepContext context) {
    List<BsonDocument> indexes = new ArrayList<>();
    if (LiveCollections.read(context.database()).has(drop.collection())) {
      context
          .database()
          .getCollection(drop.collection())
          .listIndexes(BsonDocument.class)
          .into(indexes);
      indexes.forEach(
          index -> {
            index.remove("ns");
            index.remove("storageEngine");
          });
    }
    return indexes;
  }
}
