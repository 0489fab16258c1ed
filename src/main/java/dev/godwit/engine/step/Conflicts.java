package dev.godwit.engine.step;

import dev.godwit.engine.bson.Bson;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonValue;

/// Counts documents that somebody else changed meanwhile, and keeps the `_id`s of a few.
/// Thread-safe.
final class Conflicts {

  private static final int SAMPLE = 5;

  private final List<String> sample = new ArrayList<>();
  private long count;

  synchronized void add(BsonValue id) {
    count++;
    if (sample.size() < SAMPLE) {
      sample.add(Bson.shell(id));
    }
  }

  synchronized long count() {
    return count;
  }

  /// Extended JSON of some of the `_id`s.
  synchronized List<String> sample() {
    return List.copyOf(sample);
  }
}
