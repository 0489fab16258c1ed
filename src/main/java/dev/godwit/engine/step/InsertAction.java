package dev.godwit.engine.step;

import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.bson.DocumentChange;
import dev.godwit.engine.changelog.CompiledOperation;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonObjectId;
import org.bson.BsonValue;

/// Inserts documents, each at most once: the `_id`s that the manifest leaves out are recorded
// before the first insert.
final class InsertAction implements StepAction {

  private static final String IDS = "ids";
  private static final String EXISTED = "existed";
  private static final int ROUNDS = 10;

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
    return new BsonDocument(IDS, ids).append(EXISTED, BsonBoolean.valueOf(existed));
  }

  @Override
  public StepOutcome apply(StepContext context, BsonDocument intent, boolean resumed) {
    long existed = 0;
    long changed = 0;
    int total = insert.documents().size();
    for (int i = 0; i < total; i++) {
      context.checkpointReached();
      BsonDocument document = new BsonDocument("_id", intent.getArray(IDS).get(i));
      insert.documents().get(i).forEach(document::putIfAbsent);
      if (apply(context, document)) {
        changed++;
      }
      context.progress().report(i + 1L, total);
    }
    return StepAction.outcome(context, total, changed, total - changed);
  }

  /// Whether the document is there now because of this step.
  private boolean apply(StepContext context, BsonDocument document) {
    UndoLog log = context.undoLog();
    for (int round = 0; round < ROUNDS; round++) {
      BsonValue id = document.get("_id");
      UndoLog.Entry logged = log.read(List.of(id)).get(id);
      if (logged != null && logged.inserted()) {
        return insertOnce(context, document);
      }
      BsonDocument existing = existing(context, document);
      if (existing == null) {
        DocumentChange change = DocumentChange.between(new BsonDocument(), document);
        log.add(List.of(new UndoLog.Entry(id, change, true)));
        return insertOnce(context, document);
      }
      switch (insert.onConflict()) {
        case Skip -> {
          return false;
        }
        case Fail ->
            throw context.failed(
                "DocumentExists",
                "a document with the same %s is in '%s' already (_id %s); set insert.onConflict to Skip or Replace, or remove it"
                    .formatted(
                        String.join(", ", insert.matchOn()),
                        insert.collection(),
                        Bson.json(existing.get("_id"))),
                null);
        case Replace -> {
          if (replace(context, log, existing, document)) {
            return true;
          }
        }
      }
    }
    throw context.failed(
        "InsertContended",
        "a document of '%s' changes faster than it can be replaced; stop the writing application"
            .formatted(insert.collection()),
        null);
  }

  private boolean insertOnce(StepContext context, BsonDocument document) {
    if (context.collection().find(new BsonDocument("_id", document.get("_id"))).first() == null) {
      context.collection().insertOne(document);
    }
    return true;
  }

  private boolean replace(
      StepContext context, UndoLog log, BsonDocument existing, BsonDocument document) {
    BsonDocument target = new BsonDocument("_id", existing.get("_id"));
    document.forEach(target::putIfAbsent);
    if (Bson.identical(existing, target)) {
      return true;
    }
    DocumentChange change = DocumentChange.between(existing, target);
    BsonValue id = existing.get("_id");
    UndoLog.Entry logged = log.read(List.of(id)).get(id);
    if (logged == null || logged.change().isBefore(existing)) {
      log.replace(new UndoLog.Entry(id, change, false));
    }
    return ConditionalWriter.write(
            context.collection(), List.of(new ConditionalWriter.Write(existing, target)))
        == 1;
  }

  private BsonDocument existing(StepContext context, BsonDocument document) {
    BsonDocument query = new BsonDocument();
    insert
        .matchOn()
        .forEach(field -> query.append(field, new BsonDocument("$eq", document.get(field))));
    return context.collection().find(query).first();
  }

  @Override
  public StepOutcome undo(StepContext context, BsonDocument intent, OnConflict onConflict) {
    Conflicts conflicts = new Conflicts();
    StepOutcome outcome = UndoReplay.run(context, onConflict, conflicts);
    if (!intent.getBoolean(EXISTED).getValue() && isEmpty(context)) {
      AsideRename.remove(context, insert.collection(), conflicts);
    }
    return StepAction.outcome(context, outcome.matched(), outcome.changed(), 0, conflicts);
  }

  private static boolean isEmpty(StepContext context) {
    return context.collection().find().first() == null;
  }
}
