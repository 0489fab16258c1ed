package dev.godwit.core;

import dev.godwit.api.v1alpha1.DesiredState;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoBackupScheduleStatus;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.MongoRestoreStatus;
import dev.godwit.api.v1alpha1.RestorePhase;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;

/// Which backups something needs: they are not deleted by a schedule or a `ttl`, and their stored
/// data not at all.
public final class BackupUse {

  private static final Set<MigrationPhase> NEEDING =
      EnumSet.of(
          MigrationPhase.BackingUp,
          MigrationPhase.Applying,
          MigrationPhase.Verifying,
          MigrationPhase.RollingBack,
          MigrationPhase.RollbackFailed);

  private BackupUse() {}

  /// Whether a migration in this phase keeps its backup from being deleted.
  static boolean isNeeding(MigrationPhase phase) {
    return phase != null && NEEDING.contains(phase);
  }

  /// Names of the backups that a migration may have to restore.
  public static Set<String> by(MongoMigration migration) {
    MongoMigrationStatus status = migration.getStatus();
    if (status == null || status.phase() == null || status.backup() == null) {
      return Set.of();
    }
    boolean changesStay =
        status.phase() == MigrationPhase.Failed
            && Conditions.reason(status.conditions(), Conditions.APPLIED)
                .filter(Reasons.CHANGES_STAY::equals)
                .isPresent();
    boolean goesBack =
        migration.getSpec().desiredStateOrDefault() == DesiredState.RolledBack
            && status.phase() != MigrationPhase.RolledBack;
    return NEEDING.contains(status.phase()) || changesStay || goesBack
        ? Set.of(status.backup())
        : Set.of();
  }

  /// Names of the backups that a schedule protects from their `ttl`. A person may delete them.
  public static Set<String> by(MongoBackupSchedule schedule) {
    MongoBackupScheduleStatus status = schedule.getStatus();
    if (status == null) {
      return Set.of();
    }
    Set<String> names = new LinkedHashSet<>();
    if (status.protectedBackups() != null) {
      names.addAll(status.protectedBackups());
    } else if (status.lastSuccessfulBackup() != null) {
      names.add(status.lastSuccessfulBackup());
    }
    return names;
  }

  /// Names of the backups that a restore restores, or took of the state before.
  public static Set<String> by(MongoRestore restore) {
    MongoRestoreStatus status =
        restore.getStatus() == null ? MongoRestoreStatus.NEW : restore.getStatus();
    boolean unfinished =
        status.phase() == RestorePhase.Failed && RestoreView.mayHaveChanged(status.failure());
    if (status.phase() != null && status.phase().isTerminal() && !unfinished) {
      return Set.of();
    }
    Set<String> names = new LinkedHashSet<>();
    if (restore.getSpec().source().backupRef() != null) {
      names.add(restore.getSpec().source().backupRef().name());
    }
    if (restore.getSpec().source().location() != null) {
      Names.backupAt(restore.getSpec().source().location().folder()).ifPresent(names::add);
    }
    if (status.source() != null && status.source().name() != null) {
      names.add(status.source().name());
    }
    if (status.safetyBackup() != null) {
      names.add(status.safetyBackup());
    }
    return names;
  }
}
