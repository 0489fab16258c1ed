package dev.godwit.engine.step;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// What a step does with a page of documents. One object serves one worker of a [DocumentWalk]: it
/// is used by one thread.
interface DocumentBatch {

  /// Works on documents that this step has not worked on: records images, then writes.
  ///
  /// @param page documents that match the walk's filter, in the order of `_id`; never empty
  void run(List<BsonDocument> page);

  /// Works on documents of which an earlier run that ended in the middle may have done a part.
  ///
  /// @param page those of the unfinished range that match the walk's filter now; never empty
  void resume(List<BsonDocument> page);

  /// Which of these documents the step has worked on: the catch-up pass leaves them out.
  Set<BsonValue> done(Collection<BsonValue> ids);

  /// How many documents this object changed.
  long changed();

  /// The fields that [#run] and [#resume] want to see; null for whole documents.
  default BsonDocument projection() {
    return null;
  }
}
