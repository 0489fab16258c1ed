package dev.godwit.engine.plan;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonInt64;

/// How fast steps were that ran on this database, by operation. The history tells when they began
/// and ended, and the manifests what they were.
final class RecordedRates {

  /// Documents in a second, slowest and fastest run.
  private record Rate(double slowest, double fastest) {
    Rate and(Rate other) {
      return new Rate(Math.min(slowest, other.slowest), Math.max(fastest, other.fastest));
    }
  }

  private static final long FEWEST_DOCUMENTS = 1_000;
  private static final double SHORTEST_SECONDS = 0.5;

  /// What the range of earlier runs is widened by.
  private static final double MARGIN = 1.5;

  private final Map<String, Rate> rates = new HashMap<>();

  private RecordedRates() {}

  /// @param changelogs those of the files; others in the history cannot be told
  static RecordedRates read(MongoDatabase database, List<Changelog> changelogs) {
    RecordedRates recorded = new RecordedRates();
    Map<String, Changelog> byVersion = new HashMap<>();
    changelogs.forEach(changelog -> byVersion.put(changelog.version(), changelog));
    Instant began = null;
    for (HistoryEvent event : History.events(database)) {
      Changelog changelog = byVersion.get(event.version());
      boolean known =
          changelog != null
              && changelog.checksum().equals(event.checksum())
              && event.stepIndex() != null
              && event.stepIndex() < changelog.steps().size();
      if (known && event.type() == EventType.StepCompleted && began != null) {
        recorded.add(
            changelog.steps().get(event.stepIndex()).operation().kind(),
            event.details().getNumber("matched", new BsonInt64(0)).longValue(),
            Duration.between(began, event.at()).toMillis() / 1000.0);
      }
      began = event.type() == EventType.StepStarted ? event.at() : null;
    }
    return recorded;
  }

  private void add(String operation, long documents, double seconds) {
    if (documents >= FEWEST_DOCUMENTS && seconds >= SHORTEST_SECONDS) {
      rates.merge(operation, new Rate(documents / seconds, documents / seconds), Rate::and);
    }
  }

  /// What earlier runs let expect.
  Optional<Estimate> estimate(String operation, long documents) {
    return Optional.ofNullable(rates.get(operation))
        .map(
            rate ->
                Estimate.of(
                    documents / rate.fastest() / MARGIN,
                    documents / rate.slowest() * MARGIN,
                    Estimate.Basis.History));
  }
}
