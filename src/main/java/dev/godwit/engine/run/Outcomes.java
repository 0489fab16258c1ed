package dev.godwit.engine.run;

import dev.godwit.api.v1alpha1.StepOutcome;
import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/// Outcomes of steps as details of events.
final class Outcomes {

  private Outcomes() {}

  static BsonDocument toBson(StepOutcome outcome) {
    BsonDocument document = new BsonDocument("step", new BsonString(outcome.step()));
    put(document, "matched", outcome.matched());
    put(document, "changed", outcome.changed());
    put(document, "skipped", outcome.skipped());
    put(document, "conflicts", outcome.conflicts());
    if (outcome.conflictSample() != null) {
      document.append(
          "conflictSample",
          new BsonArray(outcome.conflictSample().stream().map(BsonString::new).toList()));
    }
    return document;
  }

  private static void put(BsonDocument document, String name, Long value) {
    if (value != null) {
      document.append(name, new BsonInt64(value));
    }
  }

  static StepOutcome fromBson(BsonDocument document) {
    return new StepOutcome(
        document.getString("step").getValue(),
        get(document, "matched"),
        get(document, "changed"),
        get(document, "skipped"),
        get(document, "conflicts"),
        document.containsKey("conflictSample")
            ? document.getArray("conflictSample").stream()
                .map(id -> id.asString().getValue())
                .toList()
            : null);
  }

  private static Long get(BsonDocument document, String name) {
    return document.containsKey(name) ? document.getNumber(name).longValue() : null;
  }

  /// The outcomes of steps in their order.
  static List<StepOutcome> of(Map<Integer, BsonDocument> details) {
    return details.values().stream().map(Outcomes::fromBson).toList();
  }
}
