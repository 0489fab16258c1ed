package dev.godwit.engine.step;

import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.changelog.CompiledOperation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonObjectId;

/// Inserts documents, each at most once: the `_id`s that the manifest leaves out are recorded
/// before the first insert.
final class InsertAction implements StepAction {

  private static final String IDS = "ids";
  private static final int CHUNK = 1_000;

  private final CompiledOperation.Insert insert;

  InsertAction(CompiledOperation.Insert insert) {
    this.insert = insert;
  }

  @Override
  public BsonDocument intent(StepContext context) {
    BsonArray ids = new BsonArray();
    insert
        .documents()
        .forEach(document -> ids.add(document.getOrDefault("_id", new BsonObjectId())));
    boolean existed =
        Catalog.read(context.database(), List.of(insert.collection()))
            .get(insert.collection())
            .exists();
    return new BsonDocument(IDS, ids).append(IncomingUndo.EXISTED, BsonBoolean.valueOf(existed));
  }

  /// The outcome's `matched` are the documents that were there already.
  @Override
  public StepOutcome apply(StepContext context, BsonDocument intent, boolean resumed) {
    Conflicts conflicts = new Conflicts();
    IncomingWriter writer =
        new IncomingWriter(
            context,
            new Matching(context, insert.matchOn()),
            new InsertRules(context, insert),
            conflicts);
    int total = insert.documents().size();
    long replaced = 0;
    long kept = 0;
    for (int from = 0; from < total; from += CHUNK) {
      int to = Math.min(total, from + CHUNK);
      IncomingWriter.Effects effects = writer.write(from, incoming(intent, from, to));
      replaced += effects.changed();
      kept += effects.skipped();
      context.progress().report(to, total);
    }
    return StepAction.outcome(context, kept + replaced, context.undoLog().count(), kept, conflicts);
  }

  private List<Incoming> incoming(BsonDocument intent, int from, int to) {
    List<Incoming> incoming = new ArrayList<>();
    for (int i = from; i < to; i++) {
      BsonDocument document = new BsonDocument("_id", intent.getArray(IDS).get(i));
      insert.documents().get(i).forEach(document::putIfAbsent);
      incoming.add(new Incoming(document, insert.documents().get(i).containsKey("_id")));
    }
    return incoming;
  }

  @Override
  public Map<String, Long> growth(StepContext context, StepOutcome outcome) {
    return Map.of(insert.collection(), insert.documents().size() - outcome.matched());
  }

  @Override
  public long logged(StepOutcome outcome) {
    return outcome.changed();
  }

  @Override
  public StepOutcome undo(StepContext context, BsonDocument intent, OnConflict onConflict) {
    return IncomingUndo.run(context, intent, onConflict);
  }
}
