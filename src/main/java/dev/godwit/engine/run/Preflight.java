package dev.godwit.engine.run;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.CompiledCheck;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledOperation.UpdateForm;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.changelog.IndexDefinition;
import dev.godwit.engine.check.CheckRunner;
import dev.godwit.engine.step.Catalog;
import dev.godwit.engine.step.UniqueOn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/// Looks, before anything is written, whether a changelog can run on this database. Reads only.
final class Preflight {

  private final MongoDatabase database;
  private final Changelog changelog;
  private final Catalog catalog;
  private final DocumentPreflight documents;

  Preflight(MongoDatabase database, Changelog changelog, Catalog catalog) {
    this.database = database;
    this.changelog = changelog;
    this.catalog = catalog;
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
    Set<String> created = new HashSet<>();
    Set<String> changed = new HashSet<>();
    for (CompiledStep step : changelog.steps()) {
      check(step, created, changed);
      if (createsCollection(step.operation())) {
        created.add(step.operation().target());
      }
      changed.add(step.operation().target());
    }
    changelog.checks().forEach(this::probe);
  }

  private static boolean createsCollection(CompiledOperation operation) {
    return operation instanceof CompiledOperation.CreateCollection
        || operation instanceof CompiledOperation.Insert
        || operation instanceof CompiledOperation.Merge;
  }

  private void check(CompiledStep step, Set<String> created, Set<String> changed) {
    String collection = step.operation().collection();
    boolean exists = catalog.get(collection).exists();
    switch (step.operation()) {
      case CompiledOperation.CreateCollection create -> {
        if (exists && !catalog.optionsHold(collection, create.options())) {
          throw RunException.refused(
              "CollectionExists",
              step.path() + ".createCollection",
              "'%s' exists already with other options (%s); change its options in a step of their own or drop createCollection"
                  .formatted(collection, catalog.get(collection).options().toJson()));
        }
      }
      case CompiledOperation.CreateIndexes create -> {
        requireCollection(step, "createIndexes", exists, created);
        create.indexes().forEach(index -> checkIndex(step, collection, index));
      }
      case CompiledOperation.Update update -> {
        requireCollection(step, "update", exists, created);
        probe(step, update, changed.contains(collection));
      }
      case CompiledOperation.Delete delete -> {
        requireCollection(step, "delete", exists, created);
        documents.check(step.path() + ".delete", delete);
      }
      case CompiledOperation.Merge merge -> {
        boolean known =
            changed.contains(merge.collection()) || created.contains(merge.collection());
        documents.check(step.path() + ".merge", merge, known);
        requireUnique(step, merge);
      }
      case CompiledOperation.RenameField rename -> {
        requireCollection(step, "renameField", exists, created);
        if (!changed.contains(collection)) {
          documents.check(step.path() + ".renameField", rename);
        }
      }
      case CompiledOperation.Insert _,
          CompiledOperation.DropCollection _,
          CompiledOperation.RenameCollection _,
          CompiledOperation.DropIndexes _,
          CompiledOperation.SetValidator _,
          CompiledOperation.RunCommand _ -> {}
    }
  }

  /// By an index that is there, or that an earlier step makes. What becomes of indexes when earlier
  /// steps drop or rename something is seen when the step begins.
  private void requireUnique(CompiledStep step, CompiledOperation.Merge merge) {
    List<IndexDefinition> indexes = new ArrayList<>(catalog.get(merge.into()).indexes());
    boolean moved = false;
    for (CompiledStep earlier : changelog.steps().subList(0, step.index())) {
      if (earlier.operation() instanceof CompiledOperation.CreateIndexes create
          && create.collection().equals(merge.into())) {
        indexes.addAll(create.indexes());
      }
      moved |=
          earlier.operation() instanceof CompiledOperation.RenameCollection rename
              && rename.to().equals(merge.into());
    }
    if (!moved && !UniqueOn.holds(merge.on(), indexes)) {
      throw RunException.refused(
          "IndexMissing", step.path() + ".merge.on", UniqueOn.message(merge));
    }
  }

  private static void requireCollection(
      CompiledStep step, String operation, boolean exists, Set<String> created) {
    String collection = step.operation().collection();
    if (!exists && !created.contains(collection)) {
      throw RunException.refused(
          "CollectionMissing",
          "%s.%s.collection".formatted(step.path(), operation),
          "'%s' does not exist; correct the name or create it in an earlier step"
              .formatted(collection));
    }
  }

  private void checkIndex(CompiledStep step, String collection, IndexDefinition index) {
    catalog
        .similar(collection, index)
        .filter(other -> !other.sameIndex(index))
        .ifPresent(
            other -> {
              throw RunException.refused(
                  "IndexConflict",
                  step.path() + ".createIndexes",
                  "'%s' has the index '%s' %s, which conflicts with '%s' %s: same %s, something else different; drop it first or change this one"
                      .formatted(
                          collection,
                          other.name(),
                          other.describe(),
                          index.name(),
                          index.describe(),
                          other.sameKeys(index.keys()) ? "keys" : "name"));
            });
  }

  /// Lets the server read filter and pipeline on one document that the step would change: it knows
  /// better than any list which expressions exist. Documents that an earlier step changes first
  /// tell nothing, so none is taken then.
  private void probe(CompiledStep step, CompiledOperation.Update update, boolean changedBefore) {
    MongoCollection<BsonDocument> collection =
        database.getCollection(update.collection(), BsonDocument.class);
    BsonDocument filter = changedBefore ? ServerProbe.noneOf(update.filter()) : update.filter();
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
