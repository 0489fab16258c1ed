package dev.godwit.engine.run;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.throttle.Replication;
import java.time.Duration;

/// What a run works with.
///
/// @param owner who runs, for people to read in the lock
/// @param lease length of the lock's lease
/// @param patience how long to wait for the lock and for a server that cannot be reached
/// @param replication tells how far the server's secondaries are behind
public record RunEnvironment(
    MongoDatabase database,
    ProgressSink progress,
    StopSignal stop,
    String owner,
    Duration lease,
    Duration patience,
    Replication replication) {

  public static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);

  /// A run that is not told how replication stands.
  public RunEnvironment(
      MongoDatabase database,
      ProgressSink progress,
      StopSignal stop,
      String owner,
      Duration lease,
      Duration patience) {
    this(database, progress, stop, owner, lease, patience, Replication.NONE);
  }

  /// The same, but for replication.
  public RunEnvironment watching(Replication watched) {
    return new RunEnvironment(database, progress, stop, owner, lease, patience, watched);
  }
}
