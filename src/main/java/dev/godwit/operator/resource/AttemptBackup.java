package dev.godwit.operator.resource;

import dev.godwit.api.v1alpha1.BackupStorage;
import dev.godwit.api.v1alpha1.BackupTarget;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSpec;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.core.Attempt;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;

/// The MongoBackup that a migration takes before it applies. It has no owner reference: deleting
/// the migration must not delete its way back.
public final class AttemptBackup {

  private AttemptBackup() {}

  /// The backup of an attempt.
  ///
  /// @param storage where it is kept
  /// @param collections what is backed up; all collections when empty
  public static MongoBackup of(
      MongoMigration migration,
      Attempt attempt,
      String name,
      BackupStorage storage,
      List<String> collections) {
    MongoBackup backup = new MongoBackup();
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace(migration.getMetadata().getNamespace())
            .withLabels(Marks.labels(migration))
            .withAnnotations(Marks.annotations(migration))
            .addToAnnotations(Marks.SPEC_HASH, attempt.specHash())
            .addToAnnotations(Marks.RETRY, Integer.toString(attempt.retry()))
            .withFinalizers(Marks.BACKUP_FINALIZER)
            .build());
    backup.setSpec(
        new MongoBackupSpec(
            new BackupTarget(
                migration.getSpec().target().secretRef(),
                migration.getSpec().target().database(),
                collections.isEmpty() ? null : collections),
            storage,
            null,
            null,
            null,
            null,
            migration.getSpec().job()));
    return backup;
  }
}
