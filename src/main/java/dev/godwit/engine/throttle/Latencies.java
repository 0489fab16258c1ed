package dev.godwit.engine.throttle;

import java.util.Arrays;

/// Times per document of the latest batches. The lower quartile of them is what a batch is measured
/// against: a few slow batches do not move it, and what stays slow for long becomes the usual.
///
/// @param nanos the times, the oldest first
record Latencies(long... nanos) {

  /// How many batches are remembered.
  static final int REMEMBERED = 200;

  /// How many there must be before one can be called slow.
  static final int ENOUGH = 8;

  static final Latencies NONE = new Latencies();

  Latencies with(long perDocument) {
    int dropped = nanos.length < REMEMBERED ? 0 : 1;
    long[] next = Arrays.copyOfRange(nanos, dropped, nanos.length + 1);
    next[next.length - 1] = perDocument;
    return new Latencies(next);
  }

  /// How many times as long as usual a document takes; 1 while too little is known.
  double ratio(long perDocument) {
    if (nanos.length < ENOUGH) {
      return 1;
    }
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return (double) perDocument / Math.max(1, sorted[sorted.length / 4]);
  }
}
