package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoBackupScheduleStatus;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.MongoRestoreStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;

/// What is sent to write a status: a fresh object with nothing else in it, because server-side
/// apply takes every field that is sent for its own. The resourceVersion makes a status that was
/// decided on old knowledge fail.
final class StatusOnly {

  private StatusOnly() {}

  static MongoMigration of(MongoMigration migration, MongoMigrationStatus status) {
    MongoMigration fresh = new MongoMigration();
    fresh.setMetadata(identity(migration.getMetadata()));
    fresh.setStatus(status);
    return fresh;
  }

  static MongoBackup of(MongoBackup backup, MongoBackupStatus status) {
    MongoBackup fresh = new MongoBackup();
    fresh.setMetadata(identity(backup.getMetadata()));
    fresh.setStatus(status);
    return fresh;
  }

  static MongoRestore of(MongoRestore restore, MongoRestoreStatus status) {
    MongoRestore fresh = new MongoRestore();
    fresh.setMetadata(identity(restore.getMetadata()));
    fresh.setStatus(status);
    return fresh;
  }

  static MongoBackupSchedule of(MongoBackupSchedule schedule, MongoBackupScheduleStatus status) {
    MongoBackupSchedule fresh = new MongoBackupSchedule();
    fresh.setMetadata(identity(schedule.getMetadata()));
    fresh.setStatus(status);
    return fresh;
  }

  private static ObjectMeta identity(ObjectMeta meta) {
    return new ObjectMetaBuilder()
        .withName(meta.getName())
        .withNamespace(meta.getNamespace())
        .withResourceVersion(meta.getResourceVersion())
        .build();
  }
}
