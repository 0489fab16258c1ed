package dev.godwit.engine.run;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledOperation.Selection;
import dev.godwit.engine.step.Catalog;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/// Looks, before anything is written, whether steps that delete, merge and rename fields of
/// documents can run on this database. Reads only.
final class DocumentPreflight {

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

  private MongoCollection<BsonDocument> collection(String name) {
    return database.getCollection(name, BsonDocument.class);
  }
}
