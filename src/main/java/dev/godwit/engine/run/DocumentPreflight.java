package dev.godwit.engine.run;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.CompiledOperation.Selection;
import org.bson.BsonDocument;

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

  private MongoCollection<BsonDocument> collection(String name) {
    return database.getCollection(name, BsonDocument.class);
  }
}
