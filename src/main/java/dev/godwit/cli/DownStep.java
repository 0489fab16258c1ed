package dev.godwit.cli;

import dev.godwit.api.v1alpha1.NaturalOrder;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.history.VersionState.State;
import dev.godwit.engine.run.RollbackRun;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A version that `down` takes back. Pure.
///
/// @param migration its manifest
/// @param state where it is now, for people
/// @param since when that came, ISO 8601
record DownStep(String database, MigrationFile migration, String state, String since) {

  /// What is to be taken back, the latest first.
  ///
  /// @param migrations of this database
  /// @throws RunException with verdict `Refused` when one of them cannot be taken back: it is not
  ///     in the files, has other steps there, was never run by Godwit, or a later one stays applied
  static List<DownStep> plan(
      String database, List<MigrationFile> migrations, HistoryState history, Selection selection) {
    Map<String, MigrationFile> files = new HashMap<>();
    migrations.forEach(migration -> files.put(migration.version(), migration));
    List<VersionState> applied =
        history.versions().values().stream()
            .filter(state -> state.state().hasChanges() && state.touched())
            .sorted((one, other) -> NaturalOrder.compare(other.version(), one.version()))
            .toList();
    Predicate<String> chosen =
        selection.downTo(
            Stream.concat(files.keySet().stream(), history.versions().keySet().stream())
                .distinct()
                .toList());
    List<String> obstacles = new ArrayList<>();
    List<DownStep> steps = new ArrayList<>();
    List<String> staying = new ArrayList<>();
    for (VersionState state : applied) {
      if (!chosen.test(state.version())) {
        staying.add(state.version());
        continue;
      }
      if (!staying.isEmpty()) {
        obstacles.add(
            "later versions are applied on top of %s: %s; take them back first"
                .formatted(state.version(), String.join(", ", staying)));
      }
      MigrationFile file = files.get(state.version());
      if (state.state() == State.Baselined) {
        obstacles.add(
            "version %s was only recorded as applied, Godwit has nothing to take it back with; stop before it with --to %s"
                .formatted(state.version(), state.version()));
      } else if (file == null) {
        obstacles.add(
            otherSpelling(state.version(), files.keySet())
                .orElse("version %s is applied, but its manifest is not in the files; add it")
                .formatted(state.version()));
      } else if (!state.isOf(file.changelog().checksum())) {
        obstacles.add(
            "version %s: the steps in %s are not those that were applied; put them back as they were"
                .formatted(state.version(), file.where()));
      } else if (isOnlyToBeRecorded(state, file.changelog())) {
        obstacles.add(
            "version %s: its rollback failed, and with rollback.onFailure None in %s it would only be recorded as rolled back, nothing taken back; if you took it back by hand raise retry there to %d, else set rollback.onFailure to Steps"
                .formatted(state.version(), file.where(), state.retry() + 1));
      } else {
        boolean recorded = RollbackRun.isTakenBackByHand(state, file.changelog());
        steps.add(
            new DownStep(
                database,
                file,
                recorded ? "taken back by hand, to be recorded" : words(state),
                state.last().at().toString()));
      }
    }
    if (!obstacles.isEmpty()) {
      throw RunException.refused(
          "CannotTakeBack",
          null,
          "nothing was changed in '%s': %s".formatted(database, String.join("; ", obstacles)));
    }
    return steps;
  }

  /// Whether the retry that is raised here, and not by a person, would make it a record.
  private static boolean isOnlyToBeRecorded(VersionState state, Changelog changelog) {
    return changelog.retry() <= state.retry()
        && RollbackRun.isTakenBackByHand(state, changelog.withRetry(state.retry() + 1));
  }

  private static Optional<String> otherSpelling(String version, Set<String> inFiles) {
    return inFiles.stream()
        .filter(other -> NaturalOrder.sameVersion(other, version))
        .findFirst()
        .map(
            other ->
                "version %%s is applied, but its manifest says version '%s'; write it the same way"
                    .formatted(other));
  }

  private static String words(VersionState state) {
    return switch (state.state()) {
      case Verified -> "applied";
      case Running -> "partly applied";
      case StepFailed, VerificationFailed -> "failed";
      case RollingBack -> "half taken back";
      case RollbackFailed -> "rollback failed";
      case RolledBack, Baselined -> throw new IllegalStateException("left out above");
    };
  }

  /// What to run: a rollback that had failed is tried again.
  Changelog changelog(HistoryState history) {
    VersionState known = history.of(migration.version()).orElseThrow();
    Changelog changelog = migration.changelog();
    int wanted = known.state() == State.RollbackFailed ? known.retry() + 1 : known.retry();
    return changelog.retry() >= wanted ? changelog : changelog.withRetry(wanted);
  }
}
