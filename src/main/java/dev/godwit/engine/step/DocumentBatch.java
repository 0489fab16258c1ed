package dev.godwit.engine.step;

import dev.godwit.engine.range.Reading;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// What a step does with a page of documents. One object serves one worker of a [DocumentWalk]: it
/// is used by one thread at a time. Pages and lists of `_id`s come in the server's order.
interface DocumentBatch {

  /// What the walk asks of the server for each document of [#run] and [#late].
  default Reading reading() {
    return Reading.WHOLE;
  }

  /// Works on documents that this step has not worked on: records images, then writes.
  ///
  /// @param page what [#reading] made of documents that match the walk's filter; never empty
  void run(List<BsonDocument> page);

  /// Works on documents that the catch-up pass found, wherever their `_id`s are.
  ///
  /// @param page as that of [#run]
  default void late(List<BsonDocument> page) {
    run(page);
  }

  /// Works on documents of which an earlier run that ended in the middle may have done a part.
  ///
  /// @param documents whole documents: those of the unfinished range that match the walk's filter
  ///     now; never empty
  void resume(List<BsonDocument> documents);

  /// Which of these documents the step has worked on: the catch-up pass leaves them out.
  Set<BsonValue> done(List<BsonValue> ids);

  /// How many documents this object changed.
  long changed();
}
