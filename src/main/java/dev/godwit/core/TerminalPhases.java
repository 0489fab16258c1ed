package dev.godwit.core;

import static dev.godwit.api.v1alpha1.MigrationPhase.Failed;
import static dev.godwit.api.v1alpha1.MigrationPhase.RolledBack;
import static dev.godwit.api.v1alpha1.MigrationPhase.Succeeded;

import dev.godwit.api.job.RunResult;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.MigrationPhase;
import java.util.Optional;

/// How a migration ends, and what is said of it from then on.
final class TerminalPhases {

  private static final String AS_DESIRED = "rolled back as desired; the data is as before";
  private static final String NOT_AS_DESIRED =
      "was rolled back as desired then; raise spec.retry to apply it again";

  private final MigrationView view;
  private final MigrationDecisions decisions;

  TerminalPhases(MigrationDecisions decisions) {
    this.view = decisions.view();
    this.decisions = decisions;
  }

  Decision<MigrationStanding> succeeded(String note) {
    return decisions.end(
        Succeeded, Reasons.SUCCEEDED, note == null ? "applied and verified" : note, null);
  }

  /// A person or another tool brought it into the database: Godwit has verified nothing.
  Decision<MigrationStanding> recorded() {
    return decisions.end(
        Succeeded,
        Reasons.RECORDED,
        "is recorded as applied in the database's history; nothing was run",
        null);
  }

  /// A rollback was wanted and is not possible: it stays applied as it was, and whoever uses the
  /// data may go on.
  Decision<MigrationStanding> notRolledBack(Failure failure) {
    String message =
        "is not rolled back and stays applied as it was: %s. To leave it so set desiredState to Applied again"
            .formatted(withBackup(failure).message());
    return decisions.end(
        Succeeded, Reasons.NOT_ROLLED_BACK, new Failure(failure.reason(), failure.step(), message));
  }

  /// A person took it back by hand after a rollback had failed.
  Decision<MigrationStanding> recordedAsRolledBack() {
    return rolledBack(
        "recorded as rolled back, as rollback.onFailure was set to None; nothing was run", null);
  }

  Decision<MigrationStanding> rolledBack(String note, Failure failure) {
    String message =
        note != null
            ? note
            : failure == null
                ? AS_DESIRED
                : ("rolled back, the data is as before: %s. Correct the spec or the data, then raise"
                        + " spec.retry")
                    .formatted(failure.message());
    return decisions.end(RolledBack, Reasons.ROLLED_BACK, message + setAside(), failure);
  }

  /// A restore takes away writes that were made since the backup: says where they are.
  private String setAside() {
    RunResult result = view.job(JobRole.Rollback).map(JobView::result).orElse(null);
    if (result == null || result.setAside() == null || result.setAside().isEmpty()) {
      return "";
    }
    String names = String.join(", ", result.setAside());
    return Boolean.TRUE.equals(result.restored())
        ? ". The backup%s was restored: writes made since are only in %s; copy from there what is missing"
            .formatted(
                view.backupToRestore()
                    .map(backup -> " %s of %s".formatted(backup.name(), backup.created()))
                    .orElse(""),
                names)
        : ". What steps took out of use, and their own rollbacks did not put back, is in " + names;
  }

  Decision<MigrationStanding> rollbackFailed(Failure failure) {
    return decisions.end(
        MigrationPhase.RollbackFailed,
        Reasons.ROLLBACK_FAILED,
        failure != null
            ? withBackup(failure)
            : new Failure(
                Reasons.ROLLBACK_FAILED,
                null,
                "the rollback failed; nothing touches the database now. Repair what it says in the"
                    + " Job's log, then raise spec.retry to roll back again"));
  }

  private Failure withBackup(Failure failure) {
    return view.backupToRestore()
        .map(
            backup ->
                new Failure(
                    failure.reason(),
                    failure.step(),
                    "%s. Backup %s is of %s"
                        .formatted(failure.message(), backup.name(), backup.created())))
        .orElse(failure);
  }

  Decision<MigrationStanding> failed(String reason, String message) {
    return decisions.end(Failed, reason, new Failure(reason, null, message));
  }

  Decision<MigrationStanding> storageMissing() {
    return failed(
        Reasons.STORAGE_MISSING,
        "spec.backup.storage is missing and the operator has no default storage; nothing was changed."
            + " Set it, or set spec.backup.policy: Never; or let the operator have one (chart value"
            + " defaults.backup.storage) and raise spec.retry");
  }

  Decision<MigrationStanding> refused(JobView job) {
    return decisions.end(
        Failed,
        Reasons.REFUSED,
        job.failureOr(Reasons.REFUSED, "the run was refused; nothing was changed"));
  }

  /// A rollback that was wanted and waited may not be wanted any more; and a restore may have taken
  /// the migration away.
  Decision<MigrationStanding> staySucceeded() {
    Optional<TargetRun> restore = view.takenAwayBy();
    if (restore.isPresent()) {
      return rolledBack(
          "MongoRestore %s put back data from before this migration, so it is not applied any more; raise spec.retry to apply it again"
              .formatted(restore.get().name()),
          null);
    }
    boolean waited =
        Conditions.reason(view.status().conditions(), Conditions.RECONCILING).isPresent();
    if (!waited && !decisions.isNotRolledBack()) {
      return decisions.stay();
    }
    return decisions.isRecorded() ? recorded() : succeeded(null);
  }

  /// Setting desiredState back applies nothing by itself: it says what does.
  Decision<MigrationStanding> stayRolledBack() {
    String wrong = view.isRollbackWanted() ? NOT_AS_DESIRED : AS_DESIRED;
    String right = view.isRollbackWanted() ? AS_DESIRED : NOT_AS_DESIRED;
    String said = view.status().message();
    return said != null && said.startsWith(wrong)
        ? decisions.end(
            RolledBack, Reasons.ROLLED_BACK, right + said.substring(wrong.length()), null)
        : decisions.stay();
  }
}
