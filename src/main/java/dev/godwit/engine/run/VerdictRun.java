package dev.godwit.engine.run;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.Resolution;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryEvent;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.VersionState;
import java.util.Map;
import java.util.Optional;

/// Reads from the history how far a run got that ended without a word. Writes nothing.
public final class VerdictRun {

  private final MongoDatabase database;
  private final Changelog changelog;

  public VerdictRun(MongoDatabase database, Changelog changelog) {
    this.database = database;
    this.changelog = changelog;
  }

  /// @return verdict `Untouched`, `Unfinished`, `Applied`, `Recorded`, `RolledBack` or
  ///     `RollbackFailed`; with `Unfinished` and `RollbackFailed` the failure that the run itself
  ///     told, if it got so far
  /// @throws RunException with verdict `Refused` when the version is applied with other steps: what
  ///     this manifest would do about it nobody can tell
  public RunResult run() {
    HistoryState history = History.read(database);
    Optional<VersionState> state = history.of(changelog.version());
    if (state.isEmpty()) {
      history
          .otherSpelling(changelog.version())
          .ifPresent(
              other -> {
                throw new RunException(
                    Verdict.Refused, Resolution.otherSpelling(changelog.version(), other));
              });
    }
    state.filter(known -> known.state().isSettled() && isOther(known)).ifPresent(known -> refuse());
    return new RunResult(
        state.map(this::verdict).orElse(Verdict.Untouched),
        database.getName(),
        state.map(VersionState::attempt).orElse(null),
        changelog.checksum(),
        null,
        Outcomes.of(state.map(VersionState::completed).orElse(Map.of())),
        null,
        null,
        null,
        state.map(this::failure).orElse(null));
  }

  private boolean isOther(VersionState state) {
    return !state.isOf(changelog.checksum());
  }

  private void refuse() {
    throw RunException.refused(
        "ChecksumMismatch",
        "spec.steps",
        "version %s is applied with other steps; nothing was changed. Create the resource again with the steps as they were"
            .formatted(changelog.version()));
  }

  private Verdict verdict(VersionState state) {
    boolean older = isOther(state) || state.retry() < changelog.retry();
    return switch (state.state()) {
      case Verified -> Verdict.Applied;
      case Baselined -> Verdict.Recorded;
      case RolledBack ->
          older || !state.ran(changelog.specHash()) ? Verdict.Untouched : Verdict.RolledBack;
      case RollbackFailed -> older ? Verdict.Unfinished : Verdict.RollbackFailed;
      case Running -> state.touched() ? Verdict.Unfinished : Verdict.Untouched;
      case StepFailed, VerificationFailed, RollingBack -> Verdict.Unfinished;
    };
  }

  /// What ended the run that is asked for, not one before it, which had other steps or a lower
  /// `spec.retry`.
  private Failure failure(VersionState state) {
    return switch (verdict(state)) {
      case RollbackFailed -> state.failure();
      case Unfinished ->
          Optional.ofNullable(state.course().failed())
              .filter(event -> !isOther(state) && event.retry() >= changelog.retry())
              .map(HistoryEvent::failure)
              .orElse(null);
      default -> null;
    };
  }
}
