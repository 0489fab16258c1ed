package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import dev.godwit.core.KnownBackup;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Instant;

/// MongoBackups as others than their own reconciler see them.
final class KnownBackups {

  private KnownBackups() {}

  static KnownBackup of(MongoBackup backup) {
    ObjectMeta meta = backup.getMetadata();
    MongoBackupStatus status =
        backup.getStatus() == null ? MongoBackupStatus.NEW : backup.getStatus();
    return new KnownBackup(
        meta.getName(),
        Instant.parse(meta.getCreationTimestamp()),
        Marks.retry(backup),
        meta.getDeletionTimestamp() != null,
        status.phase(),
        backup.getSpec().storage(),
        status.location(),
        time(status.startTime()),
        time(status.completionTime()),
        status.message(),
        status.failure());
  }

  private static Instant time(String text) {
    return text == null ? null : Instant.parse(text);
  }
}
