package dev.godwit.engine.storage;

import java.time.Duration;

/// How long a request to a bucket is given.
///
/// @param silence how long a server may say nothing before an attempt counts as failed
/// @param slowest bytes a second that a server takes at least; java.net waits for ever for one that
///     takes no more
/// @param attempts how often a request is sent that fails in passing
/// @param longestPause the longest pause between two attempts; pauses double up to it
record Patience(Duration silence, int slowest, int attempts, Duration longestPause) {

  /// A server that throttles is waited for about a minute.
  static final Patience DEFAULT =
      new Patience(Duration.ofSeconds(60), 64 << 10, 8, Duration.ofSeconds(20));

  /// The longest that an attempt may take which sends so many bytes.
  Duration forBytes(int bytes) {
    return silence.plusSeconds(bytes / slowest);
  }
}
