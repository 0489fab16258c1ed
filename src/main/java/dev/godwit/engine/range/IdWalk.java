package dev.godwit.engine.range;

import com.mongodb.MongoCommandException;
import com.mongodb.client.AggregateIterable;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/// A walk over the documents that match a filter, in the order of `_id` within each type bracket. A
/// page is bounded in documents and in bytes; nothing stays open between two pages, so a walk can
/// begin again after any `_id`.
public final class IdWalk {

  /// A page ends when its documents reach this many bytes.
  public static final int PAGE_BYTES = 4 * 1024 * 1024;

  private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();
  private static final BsonDocument ASCENDING = new BsonDocument("_id", new BsonInt32(1));
  private static final BsonDocument DESCENDING = new BsonDocument("_id", new BsonInt32(-1));

  private final BsonDocument filter;
  private final Reading reading;
  private final IdBounds bounds;
  private final int size;
  private IdBracket bracket;
  private BsonValue last;
  private boolean backwards;

  /// Whether a page is asked for as one document. Given up when a server refuses it.
  private boolean together;

  private BsonValue hint;

  /// @param filter which documents; empty for all
  /// @param reading what is read of each document
  /// @param bounds where the walk ends
  /// @param after the `_id` after which it begins; null for the start
  /// @param size documents in a page
  public IdWalk(BsonDocument filter, Reading reading, IdBounds bounds, BsonValue after, int size) {
    this.filter = filter;
    this.reading = reading;
    this.together = !reading.isWhole();
    this.bounds = bounds;
    this.size = size;
    this.last = after;
    this.bracket = bounds.bracketFrom(after == null ? null : IdBracket.of(after));
    if (after != null && bracket != IdBracket.of(after)) {
      this.last = null;
    } else if (after != null && bracket.isSingle()) {
      leaveBracket();
    }
  }

  /// Finds each page by an index.
  ///
  /// @param index its name or its keys; null for the server's choice
  public IdWalk hinted(BsonValue index) {
    hint = index;
    return this;
  }

  /// A walk over all documents from the highest `_id` to the lowest.
  public static IdWalk backwards(IdBounds bounds, int size) {
    IdWalk walk = new IdWalk(new BsonDocument(), Reading.WHOLE, bounds, null, size);
    walk.backwards = true;
    walk.bracket = bounds.bracketUpTo(IdBracket.MAX_KEY);
    return walk;
  }

  /// The next page; empty at the end.
  public List<BsonDocument> next(MongoCollection<BsonDocument> collection) {
    while (bracket != null) {
      List<BsonDocument> page = read(collection);
      if (page.isEmpty() || bracket.isSingle()) {
        leaveBracket();
      }
      if (!page.isEmpty()) {
        last = bracket == IdBracket.of(id(page.getLast())) ? id(page.getLast()) : null;
        return page;
      }
    }
    return List.of();
  }

  private void leaveBracket() {
    last = null;
    IdBracket[] all = IdBracket.values();
    if (backwards) {
      bracket = bracket.ordinal() > 0 ? bounds.bracketUpTo(all[bracket.ordinal() - 1]) : null;
      return;
    }
    bracket =
        bracket.ordinal() + 1 < all.length ? bounds.bracketFrom(all[bracket.ordinal() + 1]) : null;
  }

  private List<BsonDocument> read(MongoCollection<BsonDocument> collection) {
    BsonDocument range =
        backwards && last != null
            ? bracket.below(last)
            : bracket.condition(last, bounds.highest().get(bracket));
    BsonDocument query =
        filter.isEmpty() ? range : new BsonDocument("$and", new BsonArray(List.of(range, filter)));
    MongoCollection<RawBsonDocument> raw = collection.withDocumentClass(RawBsonDocument.class);
    if (together) {
      List<BsonDocument> page = readTogether(raw, query);
      if (page != null) {
        return page;
      }
    }
    List<BsonDocument> page = new ArrayList<>();
    int bytes = 0;
    try (MongoCursor<RawBsonDocument> cursor = found(raw, query)) {
      while (cursor.hasNext() && bytes < PAGE_BYTES) {
        RawBsonDocument document = cursor.next();
        bytes += document.getByteBuffer().remaining();
        page.add(document.decode(CODEC));
      }
    }
    return page;
  }

  private MongoCursor<RawBsonDocument> found(
      MongoCollection<RawBsonDocument> collection, BsonDocument query) {
    if (!reading.isWhole()) {
      return aggregate(collection, pipeline(query, reading.each())).batchSize(size).iterator();
    }
    FindIterable<RawBsonDocument> found =
        collection.find(query).sort(sort()).limit(size).batchSize(size);
    return switch (hint) {
      case null -> found.iterator();
      case BsonString name -> found.hintString(name.getValue()).iterator();
      default -> found.hint(hint.asDocument()).iterator();
    };
  }

  private AggregateIterable<RawBsonDocument> aggregate(
      MongoCollection<RawBsonDocument> collection, List<BsonDocument> pipeline) {
    AggregateIterable<RawBsonDocument> found = collection.aggregate(pipeline);
    return switch (hint) {
      case null -> found;
      case BsonString name -> found.hintString(name.getValue());
      default -> found.hint(hint.asDocument());
    };
  }

  /// @return null when the page does not fit into one document, or its order is not certain
  private List<BsonDocument> readTogether(
      MongoCollection<RawBsonDocument> collection, BsonDocument query) {
    RawBsonDocument found;
    try {
      found = aggregate(collection, pipeline(query, reading.together())).first();
    } catch (MongoCommandException refused) {
      // Too large, or wrong in any form: reading one by one does it, or tells what is wrong.
      return null;
    }
    List<BsonDocument> page = new ArrayList<>();
    if (found != null) {
      found.decode(CODEC).getArray(Reading.PAGE).forEach(one -> page.add(one.asDocument()));
    }
    if (!IdOrder.rises(page.stream().map(IdWalk::id).toList())) {
      together = false;
      return null;
    }
    return page;
  }

  private List<BsonDocument> pipeline(BsonDocument query, List<BsonDocument> last) {
    List<BsonDocument> pipeline = new ArrayList<>();
    pipeline.add(new BsonDocument("$match", query));
    pipeline.add(new BsonDocument("$sort", sort()));
    pipeline.add(new BsonDocument("$limit", new BsonInt32(size)));
    pipeline.addAll(last);
    return pipeline;
  }

  private BsonDocument sort() {
    return backwards ? DESCENDING : ASCENDING;
  }

  private static BsonValue id(BsonDocument document) {
    return document.get("_id");
  }
}
