package dev.godwit.engine.backup;

import com.mongodb.client.MongoDatabase;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/// How many documents a page is asked for, so that it has about as many bytes as it should. Pure.
final class PageSize {

  private static final int MOST_DOCUMENTS = 10_000;
  private static final long LEAST_BYTES = 1 << 20;
  private static final long MOST_BYTES = 4 << 20;
  private static final long BYTES_PER_NEAR = 256 << 10;
  private static final long NEAR_NANOS = 1_000_000;
  private static final int PINGS = 5;

  private final int bytes;
  private long average;

  /// @param bytes that a page should have
  /// @param average bytes of a document, as far as it is known; 0 when it is not
  PageSize(int bytes, long average) {
    this.bytes = bytes;
    this.average = average > 0 ? average : 1 << 10;
  }

  /// Bytes that a page should have: not many, because servers are quickest when they need no large
  /// pieces of memory (FerretDB takes twice the processor time for pages of four megabytes as for
  /// one, and half more for a quarter of one); more when the way to the server is long, so that a
  /// page takes longer than its round trip.
  static int bytesFor(MongoDatabase database) {
    long shortest = Long.MAX_VALUE;
    for (int i = 0; i < PINGS; i++) {
      long start = System.nanoTime();
      database.runCommand(new BsonDocument("ping", new BsonInt32(1)));
      shortest = Math.min(shortest, System.nanoTime() - start);
    }
    return bytesFor(shortest);
  }

  /// @param roundTrip nanoseconds
  static int bytesFor(long roundTrip) {
    return (int) Math.clamp(BYTES_PER_NEAR * (roundTrip / NEAR_NANOS), LEAST_BYTES, MOST_BYTES);
  }

  int documents() {
    return (int) Math.clamp(bytes / average, 1, MOST_DOCUMENTS);
  }

  /// Takes notice of a page.
  void seen(PageReader.Page page) {
    if (page.documents() > 0) {
      average = Math.max(1, page.bytes() / page.documents());
    }
  }
}
