package dev.godwit.cli;

import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.NaturalOrder;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.VersionState;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// Where a version is, by its manifest and the history. Pure.
///
/// @param description of the manifest; null when there is none
/// @param file its manifest's place; null when it is not in the files
/// @param attempt in the history, from 1; null when it knows nothing
/// @param since when the history's latest event came, ISO 8601; null for none
/// @param note what a person should know; null for nothing
record VersionStatus(
    String database,
    String version,
    State state,
    String description,
    String file,
    Integer attempt,
    String since,
    String note) {

  private static final Set<VersionState.State> APPLIED =
      EnumSet.of(VersionState.State.Verified, VersionState.State.Baselined);

  /// States, as people speak of them.
  enum State {
    Pending("pending", "yellow"),
    Running("running", "cyan"),
    PartlyApplied("partly applied", "red"),
    Applied("applied", "green"),
    Baselined("baselined", "green"),
    Changed("checksum changed", "red"),
    Failed("failed", "red"),
    RollingBack("rolling back", "cyan"),
    RolledBack("rolled back", "yellow"),
    RollbackFailed("rollback failed", "bold,red");

    private final String words;
    private final String style;

    State(String words, String style) {
      this.words = words;
      this.style = style;
    }

    String words() {
      return words;
    }

    /// Of picocli.
    String style() {
      return style;
    }
  }

  /// A version that is in the files.
  ///
  /// @param held whether somebody holds the database's lock
  static VersionStatus of(String database, MigrationFile file, HistoryState history, boolean held) {
    Optional<VersionState> known = history.of(file.version());
    State state =
        isChanged(file, known) && APPLIED.contains(known.get().state())
            ? State.Changed
            : known.map(it -> state(it, held)).orElse(State.Pending);
    return new VersionStatus(
        database,
        file.version(),
        state,
        file.spec().description(),
        file.where(),
        known.map(VersionState::attempt).orElse(null),
        known.map(it -> it.last().at().toString()).orElse(null),
        note(file, history, known, state));
  }

  /// A version that only the history knows.
  ///
  /// @param compared whether there were files to find it in
  static VersionStatus of(String database, VersionState known, boolean held, boolean compared) {
    String note = note(known);
    return new VersionStatus(
        database,
        known.version(),
        state(known, held),
        null,
        null,
        known.attempt(),
        known.last().at().toString(),
        !compared ? note : note == null ? "not in the files" : "not in the files; " + note);
  }

  private static String note(
      MigrationFile file, HistoryState history, Optional<VersionState> known, State state) {
    if (known.isEmpty() && history.otherSpelling(file.version()).isPresent()) {
      return "recorded as '%s'; write it the same way"
          .formatted(history.otherSpelling(file.version()).get());
    }
    if (isChanged(file, known)) {
      return "the steps in the file are not those that ran; put them back and write a new version";
    }
    if (file.isToBeRolledBack()) {
      return known.filter(VersionStatus::isInPlace).isPresent()
          ? "spec.desiredState is RolledBack, but it is in place: godwit down --only "
              + file.version()
          : "spec.desiredState is RolledBack: up passes it over";
    }
    if (file.isToBeRecorded() && known.filter(VersionStatus::isInPlace).isEmpty()) {
      return "spec.desiredState is Baselined: up passes it over, godwit baseline records it";
    }
    return (state == State.Pending || state == State.RolledBack) && !file.changelog().outOfOrder()
        ? tooLate(file.version(), history)
        : known.map(VersionStatus::note).orElse(null);
  }

  private static boolean isChanged(MigrationFile file, Optional<VersionState> known) {
    return known
        .filter(VersionStatus::isInPlace)
        .filter(state -> !state.isOf(file.changelog().checksum()))
        .isPresent();
  }

  private static boolean isInPlace(VersionState known) {
    return known.state().hasChanges() && known.touched();
  }

  private static State state(VersionState known, boolean held) {
    return switch (known.state()) {
      case Running -> held ? State.Running : known.touched() ? State.PartlyApplied : State.Pending;
      case StepFailed, VerificationFailed -> State.Failed;
      case Verified -> State.Applied;
      case Baselined -> State.Baselined;
      case RollingBack -> State.RollingBack;
      case RolledBack -> State.RolledBack;
      case RollbackFailed -> State.RollbackFailed;
    };
  }

  private static String note(VersionState known) {
    Failure failure = known.failure();
    return failure == null ? null : failure.message();
  }

  private static String tooLate(String version, HistoryState history) {
    return history.versions().values().stream()
        .filter(other -> other.state().hasChanges() && other.touched())
        .map(VersionState::version)
        .filter(other -> NaturalOrder.compare(other, version) > 0)
        .max(NaturalOrder.COMPARATOR)
        .map("too late: version %s is applied already"::formatted)
        .orElse(null);
  }
}
