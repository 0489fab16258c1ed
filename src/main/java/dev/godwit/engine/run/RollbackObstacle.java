package dev.godwit.engine.run;

import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.NaturalOrder;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.history.VersionState.State;
import java.util.List;
import java.util.Optional;

/// Why an attempt cannot be taken back, as far as the history tells before anything is touched.
///
/// @param all the history
/// @param state of the version
/// @param changelog what is to be taken back
/// @param hasBackup whether there is one that could be restored
record RollbackObstacle(
    HistoryState all, VersionState state, Changelog changelog, boolean hasBackup) {

  static final Failure BACKUP_MISSING =
      new Failure("BackupMissing", null, "there is no backup of this attempt to restore");

  static final String NO_BACKUP = "no backup may or can be restored";

  /// Applications have worked on the migrated data since: a person decides whether their writes are
  /// to be set aside.
  static final String LATE =
      "it was applied and verified, so the backup is not restored by itself, for every write since"
          + " would be set aside; if that is wanted set rollback.onFailure to Restore and raise"
          + " spec.retry";

  /// What is in the way; empty when the rollback may begin.
  Optional<Failure> find() {
    if (state.state() == State.Baselined) {
      return Optional.of(baselined());
    }
    if (state.kept().isDropped() && changelog.onFailure() != OnFailure.Restore) {
      return Optional.of(undoDropped());
    }
    if (!state.checksum().equals(changelog.checksum())) {
      return Optional.of(
          new Failure(
              "ChecksumMismatch",
              null,
              "spec.steps: version %s was applied with other steps; delete this resource and create it again with the steps as they were and a raised spec.retry"
                  .formatted(state.version())));
    }
    return successors().or(this::noWayBack);
  }

  /// Applications and later versions build on a verified one. A failed attempt has only what came
  /// after it on top: what was there before, it ran on top of itself.
  Optional<Failure> successors() {
    long since = state.verified() ? 0 : state.course().began();
    List<String> successors =
        all.versions().values().stream()
            .filter(other -> other.changedSince(since))
            .map(VersionState::version)
            .filter(other -> NaturalOrder.compare(other, changelog.version()) > 0)
            .sorted(NaturalOrder.COMPARATOR)
            .toList();
    if (successors.isEmpty()) {
      return Optional.empty();
    }
    String way =
        successors.stream().anyMatch(it -> all.of(it).orElseThrow().state() == State.Baselined)
            ? "not all of them were run by Godwit, so they cannot be rolled back: restore a backup, or write a new migration that changes the data back"
            : "roll them back first, the latest first, then raise spec.retry";
    return Optional.of(
        new Failure(
            "SuccessorsApplied",
            null,
            "later versions are applied on top of %s: %s; %s"
                .formatted(changelog.version(), String.join(", ", successors), way)));
  }

  /// What is applied and verified is left as it is where it is clear that the rollback would fail.
  private Optional<Failure> noWayBack() {
    if (state.state() != State.Verified) {
      return Optional.empty();
    }
    if (changelog.onFailure() == OnFailure.Restore) {
      return hasBackup
          ? Optional.empty()
          : Optional.of(because(BACKUP_MISSING, "set rollback.onFailure to Steps"));
    }
    boolean late = changelog.onFailure() == OnFailure.StepsThenRestore && hasBackup;
    return withoutUndo(state, changelog).map(failure -> because(failure, late ? LATE : NO_BACKUP));
  }

  private static Failure because(Failure failure, String why) {
    return new Failure(
        failure.reason(),
        failure.step(),
        "%s (%s); nothing was changed".formatted(failure.message(), why));
  }

  /// The step that only the backup takes back. Then nothing is undone: the backup has all that the
  /// others did, too.
  static Optional<Failure> withoutUndo(VersionState state, Changelog changelog) {
    return changelog.steps().stream()
        .filter(step -> step.needsBackup() && state.started().containsKey(step.index()))
        .findFirst()
        .map(RollbackObstacle::noUndo);
  }

  private static Failure noUndo(CompiledStep step) {
    return new Failure(
        "NoUndo",
        step.name(),
        "step '%s' (%s) kept nothing that could undo it and has no rollback of its own"
            .formatted(step.name(), step.operation().kind()));
  }

  private Failure undoDropped() {
    return new Failure(
        "UndoDropped",
        null,
        "what could take version %s back was dropped on %s, when rollback.keepUndoFor was over; nothing was changed. To put its backup in place, which sets every write since aside, set rollback.onFailure to Restore and raise spec.retry, or restore it with a MongoRestore or godwit restore"
            .formatted(state.version(), state.kept().droppedAt()));
  }

  private Failure baselined() {
    return new Failure(
        "Baselined",
        null,
        "version %s was not run by Godwit, it is only recorded as applied (%s), so there is nothing to take back; nothing was changed. Restore a backup, or write a new migration that changes the data back"
            .formatted(state.version(), state.origin().source()));
  }
}
