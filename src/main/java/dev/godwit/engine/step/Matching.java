package dev.godwit.engine.step;

import com.mongodb.client.MongoCursor;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.bson.MatchKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/// Finds the documents that have the same values of some fields as others, many in one round trip.
final class Matching {

  /// Found documents are given back when they reach this many bytes.
  private static final int BYTES = 16 * 1024 * 1024;

  /// Conditions in one `$or`.
  private static final int BRANCHES = 200;

  /// Documents that the server sends at once; fewer when they are large.
  private static final int BATCH = 1_000;

  private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

  private final StepContext context;
  private final List<String> on;

  /// @param on paths of the fields
  Matching(StepContext context, List<String> on) {
    this.context = context;
    this.on = on;
  }

  /// @param byKey the documents found, by their keys ([MatchKey])
  /// @param complete whether those that are not among them are not there; else there were too many
  ///     bytes
  record Found(Map<BsonValue, BsonDocument> byKey, boolean complete) {}

  /// Paths of the fields.
  List<String> on() {
    return on;
  }

  /// Whether documents match by `_id` alone.
  boolean isById() {
    return on.equals(List.of("_id"));
  }

  /// What identifies a document; null when its fields identify nothing.
  BsonArray key(BsonDocument document) {
    return MatchKey.of(document, on);
  }

  /// Finds the counterparts of documents that have keys.
  Found find(Collection<BsonDocument> wanted) {
    Map<BsonValue, BsonDocument> found = new TreeMap<>(Bson.BY_BYTES);
    long bytes = 0;
    for (BsonDocument query : queries(List.copyOf(wanted))) {
      try (MongoCursor<RawBsonDocument> cursor =
          context
              .collection()
              .withDocumentClass(RawBsonDocument.class)
              .find(query)
              .batchSize(BATCH)
              .iterator()) {
        while (cursor.hasNext()) {
          if (bytes >= BYTES) {
            return new Found(found, false);
          }
          RawBsonDocument raw = cursor.next();
          bytes += raw.getByteBuffer().remaining();
          BsonDocument document = raw.decode(CODEC);
          BsonArray key = key(document);
          if (key != null) {
            found.putIfAbsent(key, document);
          }
        }
      }
    }
    return new Found(found, true);
  }

  private List<BsonDocument> queries(List<BsonDocument> wanted) {
    if (wanted.isEmpty()) {
      return List.of();
    }
    if (on.size() == 1) {
      String field = on.getFirst();
      List<BsonValue> values =
          wanted.stream().map(document -> MatchKey.at(document, field)).toList();
      return List.of(
          new BsonDocument(field, new BsonDocument("$in", new BsonArray(List.copyOf(values)))));
    }
    List<BsonDocument> queries = new ArrayList<>();
    for (int from = 0; from < wanted.size(); from += BRANCHES) {
      BsonArray branches = new BsonArray();
      wanted
          .subList(from, Math.min(wanted.size(), from + BRANCHES))
          .forEach(document -> branches.add(equal(document)));
      queries.add(new BsonDocument("$or", branches));
    }
    return queries;
  }

  /// Finds the counterpart of one document, whatever its values are; null when there is none.
  BsonDocument findOne(BsonDocument document) {
    return context.collection().find(equal(document)).first();
  }

  private BsonDocument equal(BsonDocument document) {
    BsonDocument query = new BsonDocument();
    on.forEach(field -> query.append(field, new BsonDocument("$eq", MatchKey.at(document, field))));
    return query;
  }
}
