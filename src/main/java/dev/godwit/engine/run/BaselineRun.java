package dev.godwit.engine.run;

import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Baseline;
import dev.godwit.engine.changelog.BaselinePlan;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.History;
import java.util.List;

/// Records versions as applied; runs none of them and touches nothing but Godwit's own collections.
/// A run that was killed is repeated: what is recorded already is not written again.
public final class BaselineRun {

  private static final int ATTEMPT = 1;

  private final RunEnvironment environment;
  private final List<Baseline> baselines;

  public BaselineRun(RunEnvironment environment, List<Baseline> baselines) {
    this.environment = environment;
    this.baselines = List.copyOf(baselines);
  }

  /// What would be recorded. Writes nothing, takes no lock.
  ///
  /// @throws RunException with verdict `Refused` when one of the versions may not be recorded
  public BaselinePlan plan() {
    return BaselinePlan.of(baselines, History.read(environment.database()));
  }

  /// Records under the lock what the history does not have yet.
  ///
  /// @return what was found and recorded
  /// @throws RunException with verdict `Refused` when one of the versions may not be recorded, with
  ///     `Interrupted` or `LockHeld`
  public BaselinePlan run() {
    return new LockedRun(environment)
        .run(
            (history, lease) -> {
              BaselinePlan plan = BaselinePlan.of(baselines, history.state());
              for (Baseline baseline : plan.missing()) {
                environment.stop().check();
                history.append(
                    EventType.Baselined,
                    new Attempt(baseline.version(), ATTEMPT, baseline.checksum(), 0),
                    null,
                    null,
                    baseline.origin().toBson());
              }
              return plan;
            });
  }
}
