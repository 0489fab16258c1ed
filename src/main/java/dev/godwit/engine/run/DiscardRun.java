package dev.godwit.engine.run;

import dev.godwit.engine.RunException;
import dev.godwit.engine.backup.Replaced;
import java.util.List;

/// Drops what a restore replaced, under the lock. A run that was killed is repeated.
public final class DiscardRun {

  private final RunEnvironment environment;

  /// @param environment of the database that was restored into
  public DiscardRun(RunEnvironment environment) {
    this.environment = environment;
  }

  /// Drops.
  ///
  /// @param tag of the restore
  /// @return what the restore set aside and is still there: what somebody else created
  /// @throws RunException `Refused`, `Interrupted`, `LockHeld`
  public List<String> run(String tag) {
    return new LockedRun(environment)
        .run(
            (history, lease) -> new Replaced(environment.database(), environment.stop()).drop(tag));
  }
}
