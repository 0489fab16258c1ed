package dev.godwit.engine.changelog;

import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.NaturalOrder;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.history.VersionState.State;
import java.util.Optional;

/// What the history lets a run of a changelog do. Pure.
public sealed interface Resolution {

  /// A new attempt.
  ///
  /// @param attempt its number
  record Start(int attempt) implements Resolution {}

  /// Go on with an attempt.
  record Resume(VersionState state) implements Resolution {}

  /// Nothing to do: this is how it ended.
  ///
  /// @param failure null when it ended well
  record Ended(Verdict verdict, VersionState state, Failure failure) implements Resolution {}

  /// Not allowed.
  record Refuse(Failure failure) implements Resolution {}

  /// What an apply run may do.
  static Resolution forApply(Changelog changelog, HistoryState history) {
    Optional<VersionState> known = history.of(changelog.version());
    if (known.isEmpty()) {
      Optional<String> other = history.otherSpelling(changelog.version());
      if (other.isPresent()) {
        return new Refuse(otherSpelling(changelog.version(), other.get()));
      }
      return startUnlessOutOfOrder(changelog, history, 1);
    }
    VersionState state = known.get();
    boolean same = state.checksum().equals(changelog.checksum());
    boolean raised = changelog.retry() > state.retry();
    return switch (state.state()) {
      case RolledBack ->
          same && !raised && state.ran(changelog.specHash())
              ? new Ended(Verdict.RolledBack, state, null)
              : startUnlessOutOfOrder(changelog, history, state.attempt() + 1);
      case Verified, Baselined ->
          state.isOf(changelog.checksum())
              ? new Ended(
                  state.state() == State.Verified ? Verdict.Applied : Verdict.Recorded, state, null)
              : checksumMismatch(state, changelog);
      case Running -> running(changelog, history, state, same);
      case StepFailed, VerificationFailed ->
          !raised && state.ran(changelog.specHash())
              ? new Ended(
                  state.state() == State.StepFailed
                      ? Verdict.StepFailed
                      : Verdict.VerificationFailed,
                  state,
                  state.failure())
              : same ? new Resume(state) : new Start(state.attempt() + 1);
      case RollingBack ->
          new Ended(
              Verdict.StepFailed,
              state,
              new Failure(
                  "RollbackUnfinished",
                  null,
                  "a rollback of attempt %d has begun and must end first"
                      .formatted(state.attempt())));
      case RollbackFailed -> new Ended(Verdict.RollbackFailed, state, state.failure());
    };
  }

  /// A version that the history has under another spelling.
  static Failure otherSpelling(String version, String recorded) {
    return new Failure(
        "VersionSpelling",
        null,
        "spec.version: version %s is recorded as '%s' in this database; write it the same way"
            .formatted(version, recorded));
  }

  private static Resolution running(
      Changelog changelog, HistoryState history, VersionState state, boolean same) {
    if (same) {
      return new Resume(state);
    }
    return state.touched()
        ? checksumMismatch(state, changelog)
        : startUnlessOutOfOrder(changelog, history, state.attempt() + 1);
  }

  private static Resolution startUnlessOutOfOrder(
      Changelog changelog, HistoryState history, int attempt) {
    if (changelog.outOfOrder()) {
      return new Start(attempt);
    }
    return history.versions().values().stream()
        .filter(other -> other.state().hasChanges() && other.touched())
        .filter(other -> NaturalOrder.compare(other.version(), changelog.version()) > 0)
        .findFirst()
        .<Resolution>map(
            later ->
                new Refuse(
                    new Failure(
                        "OutOfOrder",
                        null,
                        "spec.version: version %s is applied already, %s would come too late; give it a higher version, or set spec.outOfOrder to Allow"
                            .formatted(later.version(), changelog.version()))))
        .orElseGet(() -> new Start(attempt));
  }

  private static Resolution checksumMismatch(VersionState state, Changelog changelog) {
    return new Refuse(
        new Failure(
            "ChecksumMismatch",
            null,
            "spec.steps: version %s is %s in this database with other steps (%s there, %s here); put the steps back as they were and write a new migration with the next version"
                .formatted(
                    state.version(),
                    standing(state),
                    shortened(state.checksum()),
                    shortened(changelog.checksum()))));
  }

  private static String standing(VersionState state) {
    return switch (state.state()) {
      case Verified -> "applied";
      case Baselined -> "recorded as applied";
      default -> "partly applied";
    };
  }

  private static String shortened(String checksum) {
    return checksum.substring(0, Math.min(checksum.length(), "sha256:".length() + 12));
  }
}
