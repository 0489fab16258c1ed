package dev.godwit.engine.run;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.StopSignal;
import java.time.Duration;

/// What a run works with.
///
/// @param owner who runs, for people to read in the lock
/// @param lease length of the lock's lease
/// @param patience how long to wait for the lock and for a server that cannot be reached
public record RunEnvironment(
    MongoDatabase database,
    ProgressSink progress,
    StopSignal stop,
    String owner,
    Duration lease,
    Duration patience) {

  public static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);
}
