package dev.godwit.engine.run;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.DropTarget;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.changelog.IndexDefinition;
import dev.godwit.engine.step.Catalog;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/// Looks whether steps on collections and indexes can run on what the steps before them leave.
/// Reads only; every refusal is a [RunException] with verdict `Refused` and the field's path.
final class StructurePreflight {

  /// MongoDB's limit for `database.collection`.
  private static final int LONGEST_NAMESPACE = 255;

  /// Of MongoDB 5.0, the first that tells indexes apart by `unique` and `sparse`.
  private static final int WIRE_VERSION_5_0 = 13;

  private final MongoDatabase database;
  private final Forecast forecast;

  StructurePreflight(MongoDatabase database, Forecast forecast) {
    this.database = database;
    this.forecast = forecast;
  }

  void requireCollection(CompiledStep step) {
    String collection = step.operation().collection();
    if (!forecast.get(collection).exists() && !forecast.isUnknown(collection)) {
      throw refused(
          "CollectionMissing",
          step,
          ".collection",
          "'%s' does not exist; correct the name or create it in an earlier step",
          collection);
    }
  }

  void check(CompiledStep step, CompiledOperation.CreateCollection create) {
    Catalog.Entry there = forecast.get(create.collection());
    if (there.exists()
        && !forecast.isUnknown(create.collection())
        && !there.optionsHold(create.options())) {
      throw refused(
          "CollectionExists",
          step,
          "",
          "'%s' exists already with other options (%s); change its options in a step of their own or drop createCollection",
          create.collection(),
          there.options().toJson());
    }
  }

  void check(CompiledStep step, CompiledOperation.DropCollection drop) {
    requireCollection(step);
    requireRenamable(step, drop.collection(), ".collection");
  }

  void check(CompiledStep step, CompiledOperation.RenameCollection rename) {
    requireCollection(step);
    requireRenamable(step, rename.collection(), ".collection");
    String namespace = database.getName() + "." + rename.to();
    if (namespace.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAMESPACE) {
      throw refused(
          "NameTooLong",
          step,
          ".to",
          "'%s' is longer than the server's %d bytes; choose a shorter name",
          namespace,
          LONGEST_NAMESPACE);
    }
    if (forecast.get(rename.to()).exists() && !forecast.isUnknown(rename.to())) {
      if (rename.dropTarget() == DropTarget.Refuse) {
        throw refused(
            "TargetExists",
            step,
            ".to",
            "'%s' exists already; drop or rename it in an earlier step, or let dropTarget: SetAside move it out of the way",
            rename.to());
      }
      requireRenamable(step, rename.to(), ".to");
    }
  }

  /// What is dropped is renamed, so that it can be put back.
  private void requireRenamable(CompiledStep step, String collection, String field) {
    if (forecast.get(collection).isFixed() && !forecast.isUnknown(collection)) {
      throw refused(
          "CannotBeRenamed",
          step,
          field,
          "'%s' is a view or a time-series collection, which a server cannot rename, so it could not be put back; drop it by hand, after a backup",
          collection);
    }
  }

  void check(CompiledStep step, CompiledOperation.CreateIndexes create) {
    requireCollection(step);
    if (!forecast.isUnknown(create.collection())) {
      create.indexes().forEach(index -> checkIndex(step, create.collection(), index));
    }
  }

  private void checkIndex(CompiledStep step, String collection, IndexDefinition wanted) {
    IndexDefinition index = forecast.get(collection).here(wanted);
    List<IndexDefinition> there = forecast.get(collection).indexes();
    if (there.stream().anyMatch(index::sameIndex)) {
      return;
    }
    for (IndexDefinition other : there) {
      boolean sameName = other.name().equals(index.name());
      if (sameName || other.conflictsWith(index) && conflicts(other, index)) {
        throw refused(
            "IndexConflict",
            step,
            "",
            "'%s' has the index '%s' %s, which conflicts with '%s' %s: same %s, something else different; drop it in an earlier step or change this one",
            collection,
            other.name(),
            other.describe(),
            index.name(),
            index.describe(),
            sameName && !other.conflictsWith(index) ? "name" : "keys");
      }
    }
  }

  private boolean conflicts(IndexDefinition one, IndexDefinition other) {
    int wireVersion =
        database
            .runCommand(new BsonDocument("hello", new BsonInt32(1)), BsonDocument.class)
            .getNumber("maxWireVersion", new BsonInt32(0))
            .intValue();
    return one.conflictsWith(other, wireVersion >= WIRE_VERSION_5_0);
  }

  void check(CompiledStep step, CompiledOperation.DropIndexes drop) {
    requireCollection(step);
    if (forecast.isUnknown(drop.collection())) {
      return;
    }
    List<String> there =
        forecast.get(drop.collection()).indexes().stream().map(IndexDefinition::name).toList();
    for (int i = 0; i < drop.names().size(); i++) {
      if (!there.contains(drop.names().get(i))) {
        throw refused(
            "IndexMissing",
            step,
            ".indexes[%d]".formatted(i),
            "'%s' has no index '%s'; it has %s",
            drop.collection(),
            drop.names().get(i),
            String.join(", ", there));
      }
    }
  }

  private static RunException refused(
      String reason, CompiledStep step, String field, String message, Object... arguments) {
    return RunException.refused(
        reason,
        "%s.%s%s".formatted(step.path(), step.operation().kind(), field),
        message.formatted(arguments));
  }
}
