package dev.godwit.engine.step;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.Collation;
import com.mongodb.client.model.CountOptions;
import dev.godwit.engine.bson.Collations;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.range.IdBounds;
import dev.godwit.engine.range.IdWalk;
import dev.godwit.engine.range.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/// Which documents a step works on.
///
/// A collation holds for the filter alone: ranges of `_id` are walked as the collection compares,
/// or they would have other bounds than its index. So the walk then goes over all documents, and
/// the filter is asked of each page.
///
/// @param collection the collection that is walked
/// @param filter which of its documents; empty for all
/// @param collation for the filter; null for the collection's
/// @param hint the index that finds ranges: its name or its keys; null for the server's choice
record Sought(String collection, BsonDocument filter, Collation collation, BsonValue hint) {

  /// Documents that are read whole at once, if they are not too large. As many as a page of a walk
  /// has: in which part a document is decides which others have given up their unique values when
  /// it is written, so parts that are smaller after a crash could fail where the run did not.
  private static final int WHOLE = 1_000;

  private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();
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

  /// Works on what is left of these documents that is sought: read whole, up to
  /// [IdWalk#PAGE_BYTES] and one document more at a time.
  ///
  /// @param ids in the server's order
  /// @param work gets parts, none of them empty, in the server's order
  /// @return how many documents there were
  int inParts(StepContext context, List<BsonValue> ids, Consumer<List<BsonDocument>> work) {
    return inParts(context, ids, Reading.WHOLE, WHOLE, work);
  }

  /// As [#inParts(StepContext, List, Consumer)], for any reading.
  ///
  /// @param size of a part, at most
  int inParts(
      StepContext context,
      List<BsonValue> ids,
      Reading reading,
      int size,
      Consumer<List<BsonDocument>> work) {
    int step = reading.isWhole() ? Math.min(WHOLE, size) : size;
    int found = 0;
    int from = 0;
    while (from < ids.size()) {
      List<BsonValue> asked = ids.subList(from, Math.min(ids.size(), from + step));
      List<BsonDocument> documents = new ArrayList<>();
      boolean all = read(context, asked, reading, documents);
      if (!documents.isEmpty()) {
        work.accept(documents);
      }
      found += documents.size();
      from += all ? asked.size() : asked.indexOf(documents.getLast().get("_id")) + 1;
    }
    return found;
  }

  /// The document with that `_id`, if it is there and sought.
  List<BsonDocument> one(StepContext context, BsonValue id) {
    List<BsonDocument> found = new ArrayList<>();
    read(context, List.of(id), Reading.WHOLE, found);
    return found;
  }

  /// @param into gets them in the server's order
  /// @return false when there may be more than were read
  private boolean read(
      StepContext context, List<BsonValue> ids, Reading reading, List<BsonDocument> into) {
    MongoCollection<BsonDocument> source = context.collection(collection);
    BsonDocument query =
        isWalked() || filter.isEmpty()
            ? UndoLog.matching(ids, filter)
            : UndoLog.among(collated(source, ids));
    if (reading.isWhole()) {
      return readWhole(source.withDocumentClass(RawBsonDocument.class), query, into);
    }
    List<BsonDocument> pipeline = new ArrayList<>();
    pipeline.add(new BsonDocument("$match", query));
    pipeline.add(new BsonDocument("$sort", ASCENDING));
    pipeline.addAll(reading.each());
    source.aggregate(pipeline).into(into);
    return true;
  }

  private static boolean readWhole(
      MongoCollection<RawBsonDocument> source, BsonDocument query, List<BsonDocument> into) {
    int bytes = 0;
    try (MongoCursor<RawBsonDocument> cursor = source.find(query).sort(ASCENDING).iterator()) {
      while (cursor.hasNext() && bytes < IdWalk.PAGE_BYTES) {
        RawBsonDocument document = cursor.next();
        bytes += document.getByteBuffer().remaining();
        into.add(document.decode(CODEC));
      }
      return !cursor.hasNext();
    }
  }

  /// A collation may hold `_id`s for equal that are not the same.
  private List<BsonValue> collated(MongoCollection<BsonDocument> source, List<BsonValue> ids) {
    Set<BsonValue> wanted = Ids.set(ids);
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
