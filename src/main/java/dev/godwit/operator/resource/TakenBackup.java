package dev.godwit.operator.resource;

import dev.godwit.api.v1alpha1.BackupStorage;
import dev.godwit.api.v1alpha1.BackupTarget;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSpec;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.MongoRestoreSpec;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;

/// The MongoBackup that a restore takes of the present state. It has no owner reference: deleting
/// the restore must not delete the way back.
public final class TakenBackup {

  private TakenBackup() {}

  /// The backup of an attempt.
  ///
  /// @param storage where it is kept
  /// @param collections what is backed up; all collections when empty
  public static MongoBackup of(
      MongoRestore restore, String name, BackupStorage storage, List<String> collections) {
    MongoRestoreSpec spec = restore.getSpec();
    MongoBackup backup = new MongoBackup();
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace(restore.getMetadata().getNamespace())
            .withLabels(Marks.labels(restore))
            .withAnnotations(Marks.annotations(restore))
            .addToAnnotations(Marks.RETRY, Integer.toString(spec.retryOrDefault()))
            .build());
    backup.setSpec(
        new MongoBackupSpec(
            new BackupTarget(
                spec.target().secretRef(),
                spec.database(),
                collections.isEmpty() ? null : collections),
            storage,
            null,
            null,
            null,
            null,
            spec.job()));
    return backup;
  }
}
