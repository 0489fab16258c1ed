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
import io.fabric8.kubernetes.client.CustomResource;

/// What is sent to write a status: a fresh object with nothing else in it, because server-side
/// apply takes every field that is sent for its own. The resourceVersion makes a status that was
/// decided on old knowledge fail.
final class StatusOnly {

  private StatusOnly() {}

  static MongoMigration of(MongoMigration migration, MongoMigrationStatus status) {
    return of(new MongoMigration(), migration, status);
  }

  static MongoBackup of(MongoBackup backup, MongoBackupStatus status) {
    return of(new MongoBackup(), backup, status);
  }

  static MongoRestore of(MongoRestore restore, MongoRestoreStatus status) {
    return of(new MongoRestore(), restore, status);
  }

  static MongoBackupSchedule of(MongoBackupSchedule schedule, MongoBackupScheduleStatus status) {
    return of(new MongoBackupSchedule(), schedule, status);
  }

  private static <T, R extends CustomResource<?, T>> R of(R fresh, R resource, T status) {
    fresh.setMetadata(identity(resource.getMetadata()));
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
