package dev.godwit.engine.step;

import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.changelog.CompiledOperation;
import org.bson.BsonDocument;

/// What an insert does where a document is there already: `onConflict`.
final class InsertRules implements IncomingRules {

  private final StepContext context;
  private final CompiledOperation.Insert insert;

  InsertRules(StepContext context, CompiledOperation.Insert insert) {
    this.context = context;
    this.insert = insert;
  }

  @Override
  public BsonDocument matched(BsonDocument existing, Incoming incoming) {
    return switch (insert.onConflict()) {
      case Skip -> existing;
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
        BsonDocument replacement = new BsonDocument("_id", existing.get("_id"));
        incoming.document().forEach(replacement::putIfAbsent);
        yield Bson.identical(existing, replacement) ? existing : replacement;
      }
    };
  }

  @Override
  public boolean inserts(Incoming incoming) {
    return true;
  }
}
