package dev.godwit.engine.throttle;

import java.time.Duration;
import java.util.Optional;

/// Slows one walk down while the server suffers. Used by one thread.
public final class Throttle {

  private final Replication replication;
  private final int batchSize;
  private final Duration wanted;
  private Pace pace = Pace.FULL;

  /// @param batchSize documents of a usual batch
  /// @param wanted pause that the manifest asks for in any case
  public Throttle(Replication replication, int batchSize, Duration wanted) {
    this.replication = replication;
    this.batchSize = batchSize;
    this.wanted = wanted;
  }

  /// Takes notice of a batch.
  ///
  /// @param documents how many it had; 0 when its time says nothing about the server
  public void after(int documents, Duration time) {
    // What a command costs whatever it does would make the documents of a small batch look slow.
    int counted = documents * 2L < batchSize ? 0 : documents;
    pace = pace.after(new Batch(counted, time, replication.state()));
  }

  /// How long to wait before the next batch: what the manifest asks for, and what the server needs.
  public Duration pause() {
    return wanted.plus(pace.pause());
  }

  /// Why the walk is slow, in words: `goes slowly, pauses 1.2 s a batch: batches take 4 times as
  /// long as before`; empty while it is not slowed down.
  public Optional<String> reason() {
    return Optional.ofNullable(pace.reason())
        .map(
            why ->
                "goes slowly, pauses %.1f s a batch: %s"
                    .formatted(pace.pause().toMillis() / 1000.0, why));
  }

  /// How many of `most` workers may work at once.
  public int workers(int most) {
    return pace.workers(most);
  }
}
