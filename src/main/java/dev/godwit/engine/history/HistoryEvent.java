package dev.godwit.engine.history;

import dev.godwit.api.v1alpha1.Failure;
import java.time.Instant;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;

/// An event of the history: a document of `_godwit_history`.
///
/// @param sequence its `_id`: 1, 2, …
/// @param version of the migration
/// @param attempt from 1
/// @param stepIndex from 0; null when the event is not of a step
/// @param step name of the step or check; null for none
/// @param checksum of the attempt
/// @param retry `spec.retry` of the run
/// @param details what the event brings along; its form depends on the type
/// @param token the fencing token of the run that wrote it
/// @param at time on the server's clock
public record HistoryEvent(
    long sequence,
    EventType type,
    String version,
    int attempt,
    Integer stepIndex,
    String step,
    String checksum,
    int retry,
    BsonDocument details,
    long token,
    Instant at) {

  /// An event that is not written yet.
  static HistoryEvent draft(
      EventType type,
      Attempt attempt,
      Integer stepIndex,
      String step,
      BsonDocument details,
      long token) {
    return new HistoryEvent(
        0,
        type,
        attempt.version(),
        attempt.number(),
        stepIndex,
        step,
        attempt.checksum(),
        attempt.retry(),
        details,
        token,
        Instant.EPOCH);
  }

  /// The failure that it tells; null when it tells none.
  public Failure failure() {
    return details.containsKey("message")
        ? new Failure(
            details.getString("reason").getValue(), step, details.getString("message").getValue())
        : null;
  }

  BsonDocument toBson() {
    return new BsonDocument("_id", new BsonInt64(sequence))
        .append("event", new BsonString(type.name()))
        .append("version", new BsonString(version))
        .append("attempt", new BsonInt32(attempt))
        .append("stepIndex", stepIndex == null ? BsonNull.VALUE : new BsonInt32(stepIndex))
        .append("step", step == null ? BsonNull.VALUE : new BsonString(step))
        .append("checksum", new BsonString(checksum))
        .append("retry", new BsonInt32(retry))
        .append("details", details)
        .append("token", new BsonInt64(token))
        .append("at", new BsonDateTime(at.toEpochMilli()));
  }

  static HistoryEvent fromBson(BsonDocument document) {
    return new HistoryEvent(
        document.getNumber("_id").longValue(),
        EventType.valueOf(document.getString("event").getValue()),
        document.getString("version").getValue(),
        document.getNumber("attempt").intValue(),
        document.isNull("stepIndex") ? null : document.getNumber("stepIndex").intValue(),
        document.isNull("step") ? null : document.getString("step").getValue(),
        document.getString("checksum").getValue(),
        document.getNumber("retry").intValue(),
        document.getDocument("details"),
        document.getNumber("token").longValue(),
        Instant.ofEpochMilli(document.getDateTime("at").getValue()));
  }
}
