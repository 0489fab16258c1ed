package dev.godwit.engine.step;

import com.mongodb.client.MongoCursor;
import dev.godwit.engine.bson.Bson;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonType;

/// The `_id`s that the pipeline of a delete yields, recorded before the first document is deleted:
/// a pipeline that runs again over what is left would yield others.
final class Selected {

  private static final int CHUNK = 1_000;

  private final StepContext context;
  private final WorkCollection ids;

  Selected(StepContext context) {
    this.context = context;
    this.ids = new WorkCollection(context, "ids");
  }

  /// The collection with one document `{_id}` for each.
  String name() {
    return ids.name();
  }

  /// Runs the pipeline over the whole collection. What an earlier run that did not get to its end
  /// recorded is dropped first.
  ///
  /// @throws dev.godwit.engine.RunException with verdict `StepFailed` when it yields a document
  ///     without an `_id` that a document can have
  void record(List<BsonDocument> stages) {
    ids.drop();
    List<BsonDocument> pipeline = new ArrayList<>(stages);
    pipeline.add(new BsonDocument("$project", new BsonDocument("_id", new BsonInt32(1))));
    List<BsonDocument> chunk = new ArrayList<>();
    try (MongoCursor<BsonDocument> cursor =
        context.unhurried().aggregate(pipeline).allowDiskUse(true).batchSize(CHUNK).iterator()) {
      while (cursor.hasNext()) {
        BsonDocument yielded = cursor.next();
        if (!yielded.containsKey("_id") || yielded.get("_id").getBsonType() == BsonType.ARRAY) {
          throw context.failed(
              "NoId",
              "the pipeline yields %s: each document must carry the _id of one of '%s'; end it with { $project: { _id: … } }"
                  .formatted(Bson.shell(yielded), context.step().operation().collection()),
              null);
        }
        chunk.add(yielded);
        if (chunk.size() == CHUNK) {
          flush(chunk);
        }
      }
    }
    flush(chunk);
  }

  private void flush(List<BsonDocument> chunk) {
    context.checkpointReached();
    FirstWins.insert(ids.collection(), chunk);
    chunk.clear();
  }
}
