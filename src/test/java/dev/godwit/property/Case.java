package dev.godwit.property;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.BsonDocument;

/// A case of the property test: what is in the database, a migration, and where it crashes.
///
/// @param collections by name
/// @param settings of the spec: batches, rollback
record Case(
    Map<String, Seed> collections, List<ObjectNode> steps, ObjectNode settings, Crash crash) {

  /// @param indexes as createIndexes takes them
  record Seed(List<BsonDocument> documents, List<BsonDocument> indexes) {}

  /// How a run ends early.
  enum Kind {
    /// It does not.
    NONE,
    /// The process dies when the write has not left it yet.
    BEFORE,
    /// The process dies when the server has done the write and the answer is not back yet.
    AFTER,
    /// The write stays on its way until the next run, which takes the lock when the lease is over,
    /// has ended. Then it arrives, and the process goes on.
    ZOMBIE
  }

  /// @param permille which of the writes: 0 the first, 999 the last
  record Point(Kind kind, int permille) {
    /// The number of the write, from 1.
    int of(int writes) {
      return 1 + permille * writes / 1000;
    }
  }

  /// @param resumed whether the next run goes on; else it takes back what is there
  record Crash(Point apply, boolean resumed, Point rollback) {}

  Case withSteps(List<ObjectNode> other) {
    return new Case(collections, other, settings, crash);
  }

  Case withSettings(ObjectNode other) {
    return new Case(collections, steps, other, crash);
  }

  Case withCrash(Crash other) {
    return new Case(collections, steps, settings, other);
  }

  Case with(String collection, Seed seed) {
    Map<String, Seed> copy = new TreeMap<>(collections);
    copy.put(collection, seed);
    return new Case(copy, steps, settings, crash);
  }

  /// Whether ranges are worked on one after the other, so that a step that fails always leaves the
  /// same behind.
  boolean isSequential() {
    return !settings.toString().contains("parallelism")
        && !steps.toString().contains("parallelism");
  }
}
