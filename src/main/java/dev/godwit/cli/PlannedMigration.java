package dev.godwit.cli;

import dev.godwit.engine.plan.BackupPlan;
import dev.godwit.engine.plan.Estimate;
import dev.godwit.engine.plan.MigrationPlan;
import dev.godwit.engine.plan.StepPlan;
import java.util.List;

/// What `godwit plan` says of a migration: the names are those of its JSON.
///
/// @param state what `up` would do
/// @param attempt its number; null when nothing would be run
/// @param planHash as the operator shows it for approval; null when it is refused, when earlier
///     migrations come first, or when nothing would be run
/// @param collections that may change; null when a step does not say which
/// @param estimate seconds of all steps; null when nobody can tell
/// @param dependsOn earlier steps, as `version/step`, that change what is found
record PlannedMigration(
    String version,
    String description,
    String file,
    State state,
    Integer attempt,
    String planHash,
    List<String> collections,
    Boolean destructive,
    List<StepPlan> steps,
    BackupPlan backup,
    Estimate estimate,
    List<String> dependsOn,
    List<PlacedFinding> findings) {

  /// What `up` would do about it.
  enum State {
    Applied("applied already"),
    Pending("to be applied"),
    Resumed("to be gone on with"),
    Retried("to be tried again"),
    RollingBack("its rollback is to be ended"),
    Refused("refused");

    private final String words;

    State(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  static State state(UpStep step) {
    return switch (step) {
      case UpStep.Nothing _ -> State.Applied;
      case UpStep.Apply apply when apply.resumed().isPresent() -> State.Resumed;
      case UpStep.Apply apply when apply.attempt() > 1 -> State.Retried;
      case UpStep.Apply _ -> State.Pending;
      case UpStep.FinishRollback _ -> State.RollingBack;
      case UpStep.Stuck _ -> State.Refused;
    };
  }

  /// A migration that is not run.
  static PlannedMigration idle(MigrationFile migration, UpStep step, List<PlacedFinding> findings) {
    return new PlannedMigration(
        migration.version(),
        migration.spec().description(),
        migration.where(),
        state(step),
        null,
        null,
        null,
        null,
        List.of(),
        null,
        null,
        List.of(),
        findings);
  }

  static PlannedMigration of(
      MigrationFile migration,
      UpStep.Apply step,
      MigrationPlan plan,
      List<PlacedFinding> findings) {
    return new PlannedMigration(
        migration.version(),
        migration.spec().description(),
        migration.where(),
        state(step),
        step.attempt(),
        plan.planHash(),
        plan.collections(),
        plan.destructive(),
        plan.steps(),
        plan.backup(),
        plan.estimate(),
        plan.dependsOn(),
        findings);
  }
}
