package dev.godwit.engine.range;

import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/// A walk over the documents that match a filter, in the order of `_id` within each type bracket. A
/// page is bounded in documents and in bytes; nothing stays open between two pages, so a walk can
/// begin again after any `_id`.
public final class IdWalk {

  /// A page ends when its documents reach this many bytes.
  static final int PAGE_BYTES = 16 * 1024 * 1024;

  private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();
  private static final BsonDocument ASCENDING = new BsonDocument("_id", new BsonInt32(1));
  private static final BsonDocument DESCENDING = new BsonDocument("_id", new BsonInt32(-1));

  private final BsonDocument filter;
  private final BsonDocument projection;
  private final IdBounds bounds;
  private final int size;
  private IdBracket bracket;
  private BsonValue last;
  private boolean backwards;

  /// @param filter which documents; empty for all
  /// @param projection which fields; null for all
  /// @param bounds where the walk ends
  /// @param after the `_id` after which it begins; null for the start
  /// @param size documents in a page
  public IdWalk(
      BsonDocument filter, BsonDocument projection, IdBounds bounds, BsonValue after, int size) {
    this.filter = filter;
    this.projection = projection;
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

  /// A walk over all documents from the highest `_id` to the lowest.
  public static IdWalk backwards(IdBounds bounds, int size) {
    IdWalk walk = new IdWalk(new BsonDocument(), null, bounds, null, size);
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
    FindIterable<RawBsonDocument> found =
        collection
            .withDocumentClass(RawBsonDocument.class)
            .find(query)
            .projection(projection)
            .sort(backwards ? DESCENDING : ASCENDING)
            .limit(size)
            .batchSize(size);
    List<BsonDocument> page = new ArrayList<>();
    int bytes = 0;
    try (MongoCursor<RawBsonDocument> cursor = found.iterator()) {
      while (cursor.hasNext() && bytes < PAGE_BYTES) {
        RawBsonDocument document = cursor.next();
        bytes += document.getByteBuffer().remaining();
        page.add(document.decode(CODEC));
      }
    }
    return page;
  }

  private static BsonValue id(BsonDocument document) {
    return document.get("_id");
  }
}
