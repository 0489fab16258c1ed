package dev.godwit.engine.run;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.RunException;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledOperation.Selection;
import dev.godwit.engine.step.Catalog;
import dev.godwit.engine.step.FieldRename;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/// Looks, before anything is written, whether steps that delete, merge and rename fields of
/// documents can run on this database. Reads only.
final class DocumentPreflight {

  private static final int SAMPLE = 5;

  private final MongoDatabase database;

  DocumentPreflight(MongoDatabase database) {
    this.database = database;
  }

  /// Lets the server read the filter, or the pipeline on no document.
  ///
  /// @param path of the operation
  void check(String path, CompiledOperation.Delete delete) {
    MongoCollection<BsonDocument> collection = collection(delete.collection());
    switch (delete.selection()) {
      case Selection.Filter byFilter ->
          ServerProbe.attempt(
              path + ".filter",
              () -> collection.find(ServerProbe.noneOf(byFilter.filter())).first());
      case Selection.Pipeline pipeline -> {
        if (!ServerProbe.mustBeFirst(pipeline.stages().getFirst())) {
          ServerProbe.attempt(
              path + ".pipeline",
              () -> collection.aggregate(ServerProbe.onNone(pipeline.stages())).first());
        }
      }
    }
  }

  /// The source must be there; lets the server read the pipeline on one document of it.
  ///
  /// @param path of the operation
  /// @param changedBefore whether an earlier step creates or changes the source: then its documents
  ///     tell nothing
  void check(String path, CompiledOperation.Merge merge, boolean changedBefore) {
    if (!changedBefore
        && !Catalog.read(database, List.of(merge.collection())).get(merge.collection()).exists()) {
      throw RunException.refused(
          "CollectionMissing",
          path + ".collection",
          "'%s' does not exist; correct the name or create it in an earlier step"
              .formatted(merge.collection()));
    }
    BsonDocument first = merge.pipeline().getFirst();
    if (ServerProbe.mustBeFirst(first)) {
      throw RunException.refused(
          "InvalidPipeline",
          path + ".pipeline[0]",
          "%s must be the first stage, but the pipeline of a merge runs after a $match of a range of _id"
              .formatted(first.getFirstKey()));
    }
    List<BsonDocument> stages =
        changedBefore ? ServerProbe.onNone(merge.pipeline()) : new ArrayList<>(merge.pipeline());
    if (!changedBefore) {
      stages.addFirst(new BsonDocument("$limit", new BsonInt32(1)));
    }
    ServerProbe.attempt(
        path + ".pipeline", () -> collection(merge.collection()).aggregate(stages).first());
  }

  /// No document may stand in the way. An earlier step that changes the collection may clear it, so
  /// this is for the first one.
  ///
  /// @param path of the operation
  /// @param collection where its documents are now
  void check(
      String path, CompiledOperation.RenameField rename, MongoCollection<BsonDocument> collection) {
    FieldRename fields = new FieldRename(rename);
    long obstructed = collection.countDocuments(fields.obstructed());
    if (obstructed == 0) {
      return;
    }
    long occupied = collection.countDocuments(fields.occupied());
    if (occupied > 0) {
      throw RunException.refused(
          "FieldExists",
          path + ".to",
          "%d documents of '%s' have '%s' already, beside '%s' (_id %s); remove one of the two in an earlier step"
              .formatted(
                  occupied,
                  rename.collection(),
                  rename.to(),
                  rename.from(),
                  sample(collection, fields.occupied())));
    }
    throw RunException.refused(
        "FieldNotReachable",
        path + (rename.from().contains(".") ? ".from" : ".to"),
        "in %d documents of '%s' the way to '%s' or to '%s' leads through an array or a value that is no document, where MongoDB renames nothing (_id %s); use update with a pipeline for them"
            .formatted(
                obstructed,
                rename.collection(),
                rename.from(),
                rename.to(),
                sample(collection, fields.obstructed())));
  }

  private static String sample(MongoCollection<BsonDocument> collection, BsonDocument filter) {
    return collection
        .find(filter)
        .projection(new BsonDocument("_id", new BsonInt32(1)))
        .limit(SAMPLE)
        .map(document -> Bson.shell(document.get("_id")))
        .into(new ArrayList<>())
        .stream()
        .collect(Collectors.joining(", "));
  }

  private MongoCollection<BsonDocument> collection(String name) {
    return database.getCollection(name, BsonDocument.class);
  }
}
