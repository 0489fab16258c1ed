package dev.godwit.property;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.UpdateOptions;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledOperation.UpdateForm;
import dev.godwit.engine.changelog.CompiledStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// What a server makes of a migration by itself, without ranges, images, checkpoints: one command a
/// step. The engine's result must be the same.
final class Bare {

  private static final Set<String> KNOWN = Set.of("update", "createIndexes", "delete");

  private Bare() {}

  /// Whether every step of the case has such a form. FerretDB's own updateMany writes `_id` twice
  /// where a pipeline replaces the document.
  static boolean knows(Case one) {
    return !one.steps().toString().contains("$replaceWith")
        && one.steps().stream()
            .allMatch(step -> KNOWN.stream().anyMatch(step::has) && !step.has("rollback"));
  }

  static void apply(MongoDatabase database, Iterable<CompiledStep> steps) {
    steps.forEach(step -> apply(database, step.operation()));
  }

  private static void apply(MongoDatabase database, CompiledOperation operation) {
    MongoCollection<BsonDocument> collection =
        database.getCollection(operation.collection(), BsonDocument.class);
    switch (operation) {
      case CompiledOperation.Update update -> update(collection, update);
      case CompiledOperation.CreateIndexes create ->
          create
              .indexes()
              .forEach(
                  index ->
                      database.runCommand(
                          new BsonDocument("createIndexes", new BsonString(operation.collection()))
                              .append("indexes", new BsonArray(List.of(index.toCommand())))));
      case CompiledOperation.Delete delete -> delete(collection, delete.selection());
      default -> throw new IllegalArgumentException(operation.kind());
    }
  }

  private static void delete(
      MongoCollection<BsonDocument> collection, CompiledOperation.Selection selection) {
    switch (selection) {
      case CompiledOperation.Selection.Filter filter -> collection.deleteMany(filter.filter());
      case CompiledOperation.Selection.Pipeline pipeline ->
          collection
              .aggregate(pipeline.stages())
              .into(new ArrayList<>())
              .forEach(one -> collection.deleteOne(new BsonDocument("_id", one.get("_id"))));
    }
  }

  private static void update(
      MongoCollection<BsonDocument> collection, CompiledOperation.Update update) {
    switch (update.update()) {
      case UpdateForm.Pipeline pipeline ->
          collection.updateMany(update.filter(), pipeline.stages());
      case UpdateForm.Operators operators ->
          collection.updateMany(
              update.filter(),
              operators.document(),
              update.arrayFilters().isEmpty()
                  ? new UpdateOptions()
                  : new UpdateOptions().arrayFilters(update.arrayFilters()));
    }
  }
}
