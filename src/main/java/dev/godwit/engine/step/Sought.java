package dev.godwit.engine.step;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Collation;
import com.mongodb.client.model.CountOptions;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.bson.Collations;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.range.IdBounds;
import dev.godwit.engine.range.IdWalk;
import dev.godwit.engine.range.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;

/// Which documents a step works on.
///
/// A collation holds for the filter alone: ranges of `_id` are walked as the collection compares,
// or
/// they would have other bounds than its index. So the walk then goes over all documents, and the
/// filter is asked of each page.
///
/// @param collection the collection that is walked
/// @param filter which of its documents; empty for all
/// @param collation for the filter; null for the collection's
/// @param hint the index that finds ranges: its name or its keys; null for the server's choice
record Sought(String collection, BsonDocument filter, Collation collation, BsonValue hint) {

  private static final BsonDocument ASCENDING = new BsonDocument("_id", new BsonInt32(1));

  /// What an update works on.
  static Sought by(CompiledOperation.Update update) {
    return new Sought(
        update.collection(),
        update.filter(),
        update.collation() == null ? null : Collations.of(update.collation()),
        update.hint());
  }

  /// Whether the walk itself finds what is sought, not more.
  boolean isWalked() {
    return collation == null;
  }

  /// About how many documents there are.
  long count(StepContext context) {
    MongoCollection<BsonDocument> source = context.unhurried(collection);
    return filter.isEmpty()
        ? source.estimatedDocumentCount()
        : source.countDocuments(filter, new CountOptions().collation(collation));
  }

  /// A walk over what is sought, or over all where [#isWalked] is not.
  IdWalk walk(Reading reading, IdBounds bounds, BsonValue after, int size) {
    return new IdWalk(isWalked() ? filter : new BsonDocument(), reading, bounds, after, size)
        .hinted(hint);
  }

  /// What is left of these documents that is sought.
  ///
  /// @return in the server's order
  List<BsonDocument> among(StepContext context, List<BsonValue> ids, Reading reading) {
    if (ids.isEmpty()) {
      return List.of();
    }
    MongoCollection<BsonDocument> source = context.collection(collection);
    BsonDocument query =
        isWalked() || filter.isEmpty()
            ? UndoLog.matching(ids, filter)
            : UndoLog.among(collated(source, ids));
    if (reading.isWhole()) {
      return source.find(query).sort(ASCENDING).into(new ArrayList<>());
    }
    List<BsonDocument> pipeline = new ArrayList<>();
    pipeline.add(new BsonDocument("$match", query));
    pipeline.add(new BsonDocument("$sort", ASCENDING));
    pipeline.addAll(reading.each());
    return source.aggregate(pipeline).into(new ArrayList<>());
  }

  /// A collation may hold `_id`s for equal that are not the same.
  private List<BsonValue> collated(MongoCollection<BsonDocument> source, List<BsonValue> ids) {
    Set<BsonValue> wanted = new TreeSet<>(Bson.BY_BYTES);
    wanted.addAll(ids);
    List<BsonValue> found = new ArrayList<>();
    source
        .find(UndoLog.matching(ids, filter))
        .collation(collation)
        .projection(ASCENDING)
        .forEach(
            document -> {
              if (wanted.contains(document.get("_id"))) {
                found.add(document.get("_id"));
              }
            });
    return found;
  }
}
