package dev.godwit.engine.step;

import com.mongodb.WriteConcern;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Collation;
import com.mongodb.client.model.UpdateOptions;
import dev.godwit.api.v1alpha1.CollectionName;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledOperation.UpdateForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// What an update makes of documents, worked out by the server before anything is changed: a
/// pipeline by aggregation, update operators on copies in a collection of its own. Knowing the
/// result beforehand makes every write conditional, repeatable and reversible, whatever the
/// operators are.
final class Transformation {

  private static final String COPIES = CollectionName.OWN_PREFIX + "copies_";

  private final StepContext context;
  private final CompiledOperation.Update update;
  private final Collation collation;

  /// Each holder of the lock has copies of its own: one that wakes up late cannot change those of
  /// its successor.
  private final String copies;

  /// @param worker tells workers of one run apart
  Transformation(StepContext context, CompiledOperation.Update update, int worker) {
    this.context = context;
    this.update = update;
    this.collation = Sought.by(update).collation();
    this.copies = COPIES + context.lease().token() + "_" + worker;
  }

  /// The documents as they will be, by `_id`. Documents that have gone meanwhile may be missing.
  Map<BsonValue, BsonDocument> results(List<BsonDocument> documents) {
    if (documents.isEmpty()) {
      return Map.of();
    }
    return switch (update.update()) {
      case UpdateForm.Pipeline pipeline -> aggregate(documents, pipeline.stages());
      case UpdateForm.Operators operators -> onCopies(documents, operators.document());
    };
  }

  private Map<BsonValue, BsonDocument> aggregate(
      List<BsonDocument> documents, List<BsonDocument> stages) {
    List<BsonDocument> pipeline = new ArrayList<>();
    pipeline.add(new BsonDocument("$match", UndoLog.among(Ids.of(documents))));
    pipeline.addAll(stages);
    Map<BsonValue, BsonDocument> results =
        Ids.map(context.collection().aggregate(pipeline).collation(collation));
    if (collation != null) {
      // It may find _ids that it holds for equal.
      results.keySet().retainAll(Ids.set(Ids.of(documents)));
    }
    return results;
  }

  private Map<BsonValue, BsonDocument> onCopies(
      List<BsonDocument> documents, BsonDocument operators) {
    MongoCollection<BsonDocument> copied =
        context.collection(copies).withWriteConcern(WriteConcern.W1);
    copied.deleteMany(new BsonDocument());
    copied.insertMany(documents);
    copied.updateMany(
        usesPositional(operators) ? update.filter() : new BsonDocument(),
        operators,
        update.arrayFilters().isEmpty()
            ? new UpdateOptions().collation(collation)
            : new UpdateOptions().collation(collation).arrayFilters(update.arrayFilters()));
    Map<BsonValue, BsonDocument> results = Ids.map(copied.find());
    if (results.size() != documents.size()) {
      throw context.failed(
          "CopiesIncomplete", "somebody removed copies from '%s'".formatted(copies), null);
    }
    return results;
  }

  /// Whether the update names the element that the filter found (`items.$.price`), which needs the
  /// filter again.
  private static boolean usesPositional(BsonDocument operators) {
    return operators.values().stream()
        .flatMap(fields -> fields.asDocument().keySet().stream())
        .anyMatch(path -> path.endsWith(".$") || path.contains(".$."));
  }

  /// Removes the copies of all runs; the caller has the lock.
  static void dropCopies(MongoDatabase database) {
    database.listCollectionNames().into(new ArrayList<>()).stream()
        .filter(name -> name.startsWith(COPIES))
        .forEach(name -> database.getCollection(name).drop());
  }
}
