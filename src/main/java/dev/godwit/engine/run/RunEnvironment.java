package dev.godwit.engine.run;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.throttle.Replication;
import java.time.Duration;
import java.util.Optional;

/// What a run works with.
///
/// @param owner who runs, for people to read in the lock
/// @param lease length of the lock's lease
/// @param patience how long to wait for the lock and for a server that cannot be reached
/// @param replication tells how far the server's secondaries are behind
/// @param session keeps the lock for the next run; empty when this one gives it back
public record RunEnvironment(
    MongoDatabase database,
    ProgressSink progress,
    StopSignal stop,
    String owner,
    Duration lease,
    Duration patience,
    Replication replication,
    Optional<Session> session) {

  public static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);

  /// A run that is not told how replication stands.
  public RunEnvironment(
      MongoDatabase database,
      ProgressSink progress,
      StopSignal stop,
      String owner,
      Duration lease,
      Duration patience) {
    this(database, progress, stop, owner, lease, patience, Replication.NONE, Optional.empty());
  }

  /// The same, but for replication.
  public RunEnvironment watching(Replication watched) {
    return new RunEnvironment(database, progress, stop, owner, lease, patience, watched, session);
  }

  /// The history, read anew unless the lock is held.
  public HistoryState history() {
    return session.flatMap(Session::history).orElseGet(() -> History.read(database));
  }

  /// Whether the lock is held from a run before.
  public boolean isLocked() {
    return session.flatMap(Session::history).isPresent();
  }

  /// The same, but the lock is kept for the runs to come.
  public RunEnvironment within(Session kept) {
    return new RunEnvironment(
        database, progress, stop, owner, lease, patience, replication, Optional.of(kept));
  }
}
