package dev.godwit.cli;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.run.RunEnvironment;
import java.time.Duration;
import picocli.CommandLine.Option;

/// Options of commands that take the lock.
final class RunOptions {

  @Option(
      names = "--patience",
      paramLabel = "DURATION",
      defaultValue = "1m",
      converter = GoDurationConverter.class,
      description =
          "How long to wait for the lock and for a server that is away (as 30s or 5m); ${DEFAULT-VALUE} if left out.")
  private Duration patience;

  RunEnvironment environment(MongoDatabase database, ProgressSink progress, StopSignal stop) {
    return new RunEnvironment(
        database, progress, stop, LockOwner.person(), RunEnvironment.DEFAULT_LEASE, patience);
  }
}
