package dev.godwit.engine.step;

import com.mongodb.MongoWriteException;
import dev.godwit.api.v1alpha1.OnConflict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.bson.DocumentChange;
import dev.godwit.engine.changelog.CompiledOperation;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonObjectId;
import org.bson.BsonValue;

/// Inserts documents, each at most once: the `_id`s that the manifest leaves out are recorded
/// before the first insert.
final class InsertAction implements StepAction {

  private static final String IDS = "ids";
  private static final String EXISTED = "existed";
  private static final int ROUNDS = 10;
  private static final int DUPLICATE_KEY = 11000;

  /// What happened to a document of the manifest.
  private enum Effect {
    INSERTED,
    REPLACED,
    KEPT
  }

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

  /// The outcome's `matched` are the documents that were there already.
  @Override
  public StepOutcome apply(StepContext context, BsonDocument intent, boolean resumed) {
    Map<Effect, Long> effects = new EnumMap<>(Effect.class);
    int total = insert.documents().size();
    for (int i = 0; i < total; i++) {
      context.checkpointReached();
      BsonDocument document = new BsonDocument("_id", intent.getArray(IDS).get(i));
      insert.documents().get(i).forEach(document::putIfAbsent);
      effects.merge(apply(context, document), 1L, Long::sum);
      context.progress().report(i + 1L, total);
    }
    long kept = effects.getOrDefault(Effect.KEPT, 0L);
    long matched = kept + effects.getOrDefault(Effect.REPLACED, 0L);
    return StepAction.outcome(context, matched, context.undoLog().count(), kept);
  }

  private Effect apply(StepContext context, BsonDocument document) {
    UndoLog log = context.undoLog();
    for (int round = 0; round < ROUNDS; round++) {
      BsonValue id = document.get("_id");
      UndoLog.Entry logged = log.read(List.of(id)).get(id);
      if (logged != null && logged.inserted()) {
        insertOnce(context, document);
        return Effect.INSERTED;
      }
      BsonDocument existing = existing(context, document);
      if (existing == null) {
        DocumentChange change = DocumentChange.between(new BsonDocument(), document);
        requireFreeId(context, document);
        log.add(List.of(new UndoLog.Entry(id, change, true)));
        if (insertNew(context, log, document)) {
          return Effect.INSERTED;
        }
        continue;
      }
      switch (insert.onConflict()) {
        case Skip -> {
          return Effect.KEPT;
        }
        case Fail ->
            throw context.failed(
                "DocumentExists",
                "a document with the same %s is in '%s' already (_id %s); set insert.onConflict to Skip or Replace, or remove it"
                    .formatted(
                        String.join(", ", insert.matchOn()),
                        insert.collection(),
                        Bson.shell(existing.get("_id"))),
                null);
        case Replace -> {
          if (Bson.identical(existing, replacement(existing, document))) {
            return Effect.KEPT;
          }
          if (replace(context, log, existing, document)) {
            return Effect.REPLACED;
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

  /// With another identity than `_id`, the `_id` may be that of a document which is none of ours.
  private void requireFreeId(StepContext context, BsonDocument document) {
    if (!insert.matchOn().equals(List.of("_id")) && sameId(context, document) != null) {
      throw context.failed(
          "DocumentExists",
          "the _id %s of a document to insert is that of another document of '%s', which has other values of %s; give it another _id or none"
              .formatted(
                  Bson.shell(document.get("_id")),
                  insert.collection(),
                  String.join(", ", insert.matchOn())),
          null);
    }
  }

  /// @return false when somebody else inserted a document with this `_id` just now
  private boolean insertNew(StepContext context, UndoLog log, BsonDocument document) {
    try {
      context.collection().insertOne(document);
      return true;
    } catch (MongoWriteException failed) {
      if (failed.getCode() != DUPLICATE_KEY || sameId(context, document) == null) {
        throw failed;
      }
      log.remove(List.of(document.get("_id")));
      return false;
    }
  }

  private BsonDocument sameId(StepContext context, BsonDocument document) {
    return context.collection().find(new BsonDocument("_id", document.get("_id"))).first();
  }

  private void insertOnce(StepContext context, BsonDocument document) {
    if (sameId(context, document) == null) {
      context.collection().insertOne(document);
    }
  }

  private static BsonDocument replacement(BsonDocument existing, BsonDocument document) {
    BsonDocument replacement = new BsonDocument("_id", existing.get("_id"));
    document.forEach(replacement::putIfAbsent);
    return replacement;
  }

  private boolean replace(
      StepContext context, UndoLog log, BsonDocument existing, BsonDocument document) {
    BsonDocument target = replacement(existing, document);
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
    return context.unhurried().find(query).first();
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
    Conflicts conflicts = new Conflicts();
    StepOutcome outcome = UndoReplay.run(context, onConflict, conflicts);
    if (!intent.getBoolean(EXISTED).getValue()) {
      new AsideRename(context, conflicts).remove(insert.collection());
    }
    return StepAction.outcome(context, outcome.matched(), outcome.changed(), 0, conflicts);
  }
}
