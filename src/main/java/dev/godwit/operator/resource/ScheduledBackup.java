package dev.godwit.operator.resource;

import dev.godwit.api.v1alpha1.DeletionPolicy;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoBackupSpec;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;

/// The MongoBackup that a schedule takes. It has no owner reference: deleting the schedule must not
/// delete its backups.
public final class ScheduledBackup {

  private ScheduledBackup() {}

  /// The backup with this name.
  public static MongoBackup of(MongoBackupSchedule schedule, String name) {
    MongoBackupSpec template = schedule.getSpec().template();
    boolean deletes = template.deletionPolicy() == null && schedule.getSpec().retention() != null;
    MongoBackup backup = new MongoBackup();
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace(schedule.getMetadata().getNamespace())
            .withLabels(Marks.labels(schedule))
            .withAnnotations(Marks.annotations(schedule))
            .withFinalizers(Marks.BACKUP_FINALIZER)
            .build());
    backup.setSpec(deletes ? template.with(DeletionPolicy.Delete) : template);
    return backup;
  }
}
