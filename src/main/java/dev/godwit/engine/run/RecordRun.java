package dev.godwit.engine.run;

import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Baseline;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.Resolution;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.history.VersionState.State;
import dev.godwit.engine.lock.Lease;
import java.util.Optional;

/// Records one migration as applied, also where Godwit's own try at it failed and a person finished
/// it by hand. Runs nothing, and touches nothing but Godwit's own collections. A run that was
/// killed is repeated: what is recorded already is not written again.
public final class RecordRun {

  private final RunEnvironment environment;
  private final Changelog changelog;

  public RecordRun(RunEnvironment environment, Changelog changelog) {
    this.environment = environment;
    this.changelog = changelog;
  }

  /// @return verdict `Recorded`, now or before; `Applied` when Godwit itself has applied it before
  /// @throws RunException with verdict `Refused` when the version is applied with other steps, or
  ///     runs or is being taken back; with `Interrupted` or `LockHeld`
  public RunResult run() {
    return new LockedRun(environment).run(this::locked);
  }

  private RunResult locked(History history, Lease lease) {
    HistoryState all = history.state();
    Optional<VersionState> known = all.of(changelog.version());
    if (known.isEmpty()) {
      all.otherSpelling(changelog.version())
          .ifPresent(
              other -> refuse(Resolution.otherSpelling(changelog.version(), other).message()));
    }
    known.ifPresent(this::check);
    int attempt = known.map(VersionState::attempt).orElse(0);
    if (known.filter(RecordRun::isApplied).isEmpty()) {
      environment.stop().check();
      attempt++;
      history.append(
          EventType.Baselined,
          new Attempt(changelog.version(), attempt, changelog.checksum(), changelog.retry()),
          null,
          null,
          Baseline.of(changelog).origin().toBson());
    }
    return new RunResult(
        known.filter(it -> it.state() == State.Verified).isPresent()
            ? Verdict.Applied
            : Verdict.Recorded,
        environment.database().getName(),
        attempt,
        changelog.checksum(),
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private void check(VersionState state) {
    boolean halfDone = state.state() == State.Running && state.touched();
    if (halfDone || state.state() == State.RollingBack) {
      refuse(
          "spec.desiredState: version %s is half done (%s), so it is not recorded as applied; let it end first"
              .formatted(state.version(), state.state()));
    }
    if (isApplied(state) && !state.isOf(changelog.checksum())) {
      refuse(
          "spec.steps: version %s is applied in this database with other steps; put them back as they were"
              .formatted(state.version()));
    }
  }

  private static boolean isApplied(VersionState state) {
    return state.state().isSettled();
  }

  private static void refuse(String message) {
    throw new RunException(Verdict.Refused, new Failure("BaselineRefused", null, message));
  }
}
