package dev.godwit.engine.lock;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// Pauses that double up to a longest one, each with a random addition of up to its own length, so
/// that those who wait for the same thing do not come back all at once.
public final class Backoff {

  private final Duration longest;
  private Duration next;

  public Backoff(Duration first, Duration longest) {
    this.next = first;
    this.longest = longest;
  }

  /// The pause to make now.
  public Duration next() {
    Duration pause = next;
    Duration doubled = pause.multipliedBy(2);
    next = doubled.compareTo(longest) < 0 ? doubled : longest;
    return pause.plusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis()));
  }
}
