package dev.godwit.engine.run;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.CompiledCheck;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledOperation.UpdateForm;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.check.CheckRunner;
import dev.godwit.engine.step.Catalog;
import dev.godwit.engine.step.UniqueOn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/// Looks, before anything is written, whether a changelog can run on this database. Reads only.
final class Preflight {

  private final MongoDatabase database;
  private final Changelog changelog;
  private final Forecast forecast;
  private final StructurePreflight structure;
  private final DocumentPreflight documents;

  Preflight(MongoDatabase database, Changelog changelog) {
    this(database, changelog, Catalog.read(database, changelog.namedCollections()));
  }

  /// @param catalog has at least the collections that the changelog names
  Preflight(MongoDatabase database, Changelog changelog, Catalog catalog) {
    this(database, changelog, new Forecast(catalog));
  }

  private Preflight(MongoDatabase database, Changelog changelog, Forecast forecast) {
    this.database = database;
    this.changelog = changelog;
    this.forecast = forecast;
    this.structure = new StructurePreflight(database, forecast);
    this.documents = new DocumentPreflight(database);
  }

  /// @throws RunException with verdict `Refused` and the path of the field at fault
  void check() {
    new CheckRunner(database, Map.of())
        .firstFailed(changelog.preconditions())
        .ifPresent(
            failed -> {
              throw RunException.refused(
                  "PreconditionFailed",
                  failed.check().path(),
                  failed.message() + "; nothing was changed");
            });
    for (CompiledStep step : changelog.steps()) {
      check(step);
      forecast.add(step.operation());
      new Preflight(database, changelog, forecast.copy()).checkRollback(step);
    }
    changelog.checks().forEach(this::probe);
  }

  /// It would find what the step leaves: later steps are taken back before.
  private void checkRollback(CompiledStep step) {
    for (int i = 0; i < step.rollback().size(); i++) {
      check(OwnRollback.asStep(step, i));
      forecast.add(step.rollback().get(i));
    }
  }

  /// The collection that has now what this one will have after the steps; empty when it will be a
  /// new one. To be asked after [#check].
  Optional<String> origin(String collection) {
    return forecast.origin(collection);
  }

  private void check(CompiledStep step) {
    switch (step.operation()) {
      case CompiledOperation.CreateCollection create -> structure.check(step, create);
      case CompiledOperation.DropCollection drop -> structure.check(step, drop);
      case CompiledOperation.RenameCollection rename -> structure.check(step, rename);
      case CompiledOperation.CreateIndexes create -> structure.check(step, create);
      case CompiledOperation.DropIndexes drop -> structure.check(step, drop);
      case CompiledOperation.SetValidator set -> {
        structure.requireCollection(step);
        ServerProbe.attempt(
            step.path() + ".setValidator.validator",
            () -> collection(set.collection()).find(ServerProbe.noneOf(set.validator())).first());
      }
      case CompiledOperation.Update update -> {
        structure.requireCollection(step);
        probe(step, update);
      }
      case CompiledOperation.Delete delete -> {
        structure.requireCollection(step);
        documents.check(step.path() + ".delete", delete);
      }
      case CompiledOperation.Merge merge -> {
        structure.requireCollection(step);
        documents.check(step.path() + ".merge", merge, forecast.isChanged(merge.collection()));
        requireUnique(step, merge);
      }
      case CompiledOperation.RenameField rename -> {
        structure.requireCollection(step);
        if (!forecast.isChanged(rename.collection())) {
          documents.check(step.path() + ".renameField", rename, collection(rename.collection()));
        }
      }
      case CompiledOperation.Insert _, CompiledOperation.RunCommand _ -> {}
    }
  }

  /// The collection that has now what the steps so far leave under this name.
  private MongoCollection<BsonDocument> collection(String name) {
    return database.getCollection(forecast.origin(name).orElse(name), BsonDocument.class);
  }

  /// By an index that is there, or that an earlier step makes.
  private void requireUnique(CompiledStep step, CompiledOperation.Merge merge) {
    if (!forecast.isUnknown(merge.into())
        && !UniqueOn.holds(merge.on(), forecast.get(merge.into()).indexes())) {
      throw RunException.refused(
          "IndexMissing", step.path() + ".merge.matchOn", UniqueOn.message(merge));
    }
  }

  /// Lets the server read filter and pipeline on one document that the step would change: it knows
  /// better than any list which expressions exist. Documents that an earlier step changes first
  /// tell nothing, so none is taken then.
  private void probe(CompiledStep step, CompiledOperation.Update update) {
    MongoCollection<BsonDocument> collection = collection(update.collection());
    BsonDocument filter =
        forecast.isChanged(update.collection())
            ? ServerProbe.noneOf(update.filter())
            : update.filter();
    ServerProbe.attempt(
        step.path() + ".update.filter", () -> collection.find(filter).limit(1).first());
    if (update.update() instanceof UpdateForm.Pipeline pipeline) {
      List<BsonDocument> stages = new ArrayList<>();
      stages.add(new BsonDocument("$match", filter));
      stages.add(new BsonDocument("$limit", new BsonInt32(1)));
      stages.addAll(pipeline.stages());
      ServerProbe.attempt(
          step.path() + ".update.update", () -> collection.aggregate(stages).first());
    }
  }

  /// Lets the server read what a check will ask, on no document: a pipeline that it does not take
  /// would be noticed only after the steps.
  private void probe(CompiledCheck check) {
    if (check.kind() instanceof CompiledCheck.Kind.Aggregate aggregate
        && !ServerProbe.mustBeFirst(aggregate.stages().getFirst())) {
      ServerProbe.attempt(
          check.path() + ".aggregate.pipeline",
          () ->
              database
                  .getCollection(aggregate.collection(), BsonDocument.class)
                  .aggregate(ServerProbe.onNone(aggregate.stages()))
                  .first());
    }
  }
}
