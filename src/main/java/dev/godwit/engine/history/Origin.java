package dev.godwit.engine.history;

import java.time.Instant;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// Where a baselined version comes from: the details of `Baselined`.
///
/// @param source the tool that ran it, `godwit` where a person said so
/// @param id what it is called there
/// @param by who made or ran it there; null when nobody knows
/// @param at when it ran there; null when nobody knows
public record Origin(String source, String id, String by, Instant at) {

  /// The source of versions that a person records from manifests.
  public static final String GODWIT = "godwit";

  /// Whether both speak of the same change, whoever ran it and when.
  public boolean isSame(Origin other) {
    return source.equals(other.source) && id.equals(other.id);
  }

  /// As details of an event.
  public BsonDocument toBson() {
    BsonDocument details =
        new BsonDocument("source", new BsonString(source)).append("id", new BsonString(id));
    if (by != null) {
      details.append("by", new BsonString(by));
    }
    if (at != null) {
      details.append("at", new BsonDateTime(at.toEpochMilli()));
    }
    return details;
  }

  static Origin fromBson(BsonDocument details) {
    return new Origin(
        details.getString("source").getValue(),
        details.getString("id").getValue(),
        details.containsKey("by") ? details.getString("by").getValue() : null,
        details.containsKey("at")
            ? Instant.ofEpochMilli(details.getDateTime("at").getValue())
            : null);
  }
}
