package dev.godwit.engine.backup;

import com.mongodb.client.MongoDatabase;
import java.util.LinkedHashMap;
import java.util.Map;

/// How many documents a dump expects, and how far it is.
final class Estimate {

  private final Map<String, Long> expected;
  private final long total;
  private int index;
  private long before;
  private long documents;

  private Estimate(Map<String, Long> expected) {
    this.expected = expected;
    this.total = expected.values().stream().mapToLong(Long::longValue).sum();
  }

  static Estimate of(MongoDatabase database, Prelude prelude) {
    Map<String, Long> expected = new LinkedHashMap<>();
    for (Prelude.Entry entry : prelude.entries()) {
      CollectionMetadata metadata = entry.metadata();
      expected.put(
          metadata.name(),
          metadata.type().equals(CollectionMetadata.COLLECTION)
              ? database.getCollection(metadata.name()).estimatedDocumentCount()
              : 0);
    }
    return new Estimate(expected);
  }

  /// Begins the next collection.
  ///
  /// @return its place, from 1
  int begin(String collection) {
    documents = expected.get(collection);
    return ++index;
  }

  /// Ends it.
  void end(long done) {
    before += done;
  }

  int collections() {
    return expected.size();
  }

  /// Documents expected in this collection.
  long documents() {
    return documents;
  }

  /// Documents of the collections before this one.
  long before() {
    return before;
  }

  long total() {
    return total;
  }
}
