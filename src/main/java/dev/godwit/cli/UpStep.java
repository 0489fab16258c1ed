package dev.godwit.cli;

import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.Resolution;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.history.VersionState.State;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// What `up` does about a migration, by the history. Pure.
sealed interface UpStep {

  /// Who says `up` of one of these wants it tried again.
  Set<State> RETRIED = EnumSet.of(State.RolledBack, State.StepFailed, State.VerificationFailed);

  /// It is applied already.
  ///
  /// @param verdict whether by Godwit, or only recorded as applied
  record Nothing(Verdict verdict) implements UpStep {}

  /// It is run.
  ///
  /// @param changelog with `retry` raised when this is a retry
  /// @param attempt its number
  /// @param resumed what is known of the attempt that is gone on with; empty for a new one
  record Apply(Changelog changelog, int attempt, Optional<VersionState> resumed)
      implements UpStep {}

  /// A rollback that was stopped is ended first.
  record FinishRollback(VersionState state) implements UpStep {}

  /// It cannot be run.
  record Stuck(Verdict verdict, Failure failure) implements UpStep {}

  static UpStep of(Changelog changelog, HistoryState history) {
    Optional<VersionState> known = history.of(changelog.version());
    boolean same = known.filter(it -> it.isOf(changelog.checksum())).isPresent();
    if (known.isPresent() && known.get().state() == State.RollingBack) {
      return same ? new FinishRollback(known.get()) : edited(known.get());
    }
    boolean waitsForRollback =
        known
            .filter(it -> it.state() == State.StepFailed || it.state() == State.VerificationFailed)
            .isPresent();
    if (waitsForRollback && !same && changelog.onFailure() != OnFailure.None) {
      return edited(known.get());
    }
    Changelog wanted =
        known
            .filter(it -> RETRIED.contains(it.state()) && it.retry() >= changelog.retry())
            .map(it -> changelog.withRetry(it.retry() + 1))
            .orElse(changelog);
    return switch (Resolution.forApply(wanted, history)) {
      case Resolution.Refuse refuse -> new Stuck(Verdict.Refused, refuse.failure());
      case Resolution.Ended ended ->
          switch (ended.verdict()) {
            case Applied, Recorded -> new Nothing(ended.verdict());
            default -> new Stuck(ended.verdict(), ended.failure());
          };
      case Resolution.Start start -> new Apply(wanted, start.attempt(), Optional.empty());
      case Resolution.Resume resume ->
          new Apply(wanted, resume.state().attempt(), Optional.of(resume.state()));
    };
  }

  private static Stuck edited(VersionState state) {
    return new Stuck(
        Verdict.Refused,
        new Failure(
            "ChecksumMismatch",
            null,
            "spec.steps: attempt %d at version %s left changes and is to be rolled back first, but the steps in the file are not those that ran; put them back as they were, run godwit down --only %s, then edit"
                .formatted(state.attempt(), state.version(), state.version())));
  }

  /// In a word or two, for people.
  default String words() {
    return switch (this) {
      case Nothing _ -> "nothing";
      case Apply apply when apply.resumed().isPresent() -> "go on with attempt " + apply.attempt();
      case Apply apply when apply.attempt() > 1 -> "retry, attempt " + apply.attempt();
      case Apply _ -> "apply";
      case FinishRollback _ -> "end the rollback";
      case Stuck stuck -> "refused: " + stuck.failure().message();
    };
  }
}
