package dev.godwit.engine.run;

import dev.godwit.api.job.RunProgress.Activity;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.CompiledCheck;
import dev.godwit.engine.check.CheckRunner;
import dev.godwit.engine.history.History;
import dev.godwit.engine.lock.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;

/// Goes on with the checks for a while after they held: a killed run goes on with what is left of
/// it, by the server's clock. `countUnchanged` speaks of the steps, not of the time after them, in
/// which applications insert and delete: it does not run again.
final class Soaking {

  private static final int ALMOST = 99;

  private final RunEnvironment environment;
  private final Lease lease;
  private final RunMeter meter;
  private final Duration length;
  private final Duration interval;
  private final List<CompiledCheck> checks;

  Soaking(RunEnvironment environment, Changelog changelog, Lease lease, RunMeter meter) {
    this.environment = environment;
    this.lease = lease;
    this.meter = meter;
    this.length = changelog.soak().length();
    this.interval = changelog.soak().interval();
    this.checks =
        changelog.checks().stream()
            .filter(check -> !(check.kind() instanceof CompiledCheck.Kind.CountUnchanged))
            .toList();
  }

  /// Runs the checks until the soak is over, the last time at its end.
  ///
  /// @param since when the soak began, on the server's clock
  /// @return the first that does not hold any more
  /// @throws dev.godwit.engine.RunException with verdict `Interrupted` when a stop was requested or
  ///     the lock is lost
  Optional<CheckRunner.Failed> firstFailed(History history, Instant since) {
    Instant end = since.plus(length);
    while (true) {
      Instant now = history.now();
      // Shows that the run gets on, so that a server that is away once is waited for again.
      history.checkpoint(new BsonDocument("soaked", new BsonDateTime(now.toEpochMilli())));
      Duration left = Duration.between(now, end);
      boolean last = left.compareTo(interval) <= 0;
      meter.activity(
          Activity.Verifying,
          ALMOST,
          "soaks: %d checks go on for %d s"
              .formatted(checks.size(), Math.max(0, left.toSeconds())));
      environment.stop().pause(last ? left : interval);
      lease.check();
      Optional<CheckRunner.Failed> failed =
          new CheckRunner(environment.database(), Map.of()).firstFailed(checks);
      if (failed.isPresent() || last) {
        return failed.map(
            it ->
                new CheckRunner.Failed(
                    it.check(), it.message() + " (it held after the last step)"));
      }
    }
  }
}
