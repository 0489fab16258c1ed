package dev.godwit.operator;

import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.BackupPolicy;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.core.BackupPace;
import dev.godwit.core.JobRole;
import dev.godwit.core.JobView;
import dev.godwit.core.MigrationView;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/// How long backups of a migration's target took. They are looked for once its plan is there.
final class EarlierBackups {

  private final KubernetesClient client;

  EarlierBackups(KubernetesClient client) {
    this.client = client;
  }

  /// Those that succeeded, the latest first; none while the migration does not begin its own.
  List<BackupPace> of(MongoMigration migration, MigrationView view) {
    if (view.status().phase() != MigrationPhase.Planning
        || migration.getSpec().backupPolicyOrDefault() == BackupPolicy.Never
        || view.job(JobRole.Plan).filter(JobView::isEnded).isEmpty()) {
      return List.of();
    }
    return TargetBackups.of(client, migration)
        .filter(backup -> isMeasured(backup.getStatus()))
        .sorted(
            Comparator.comparing(
                    (MongoBackup backup) -> Instant.parse(backup.getStatus().completionTime()))
                .reversed())
        .map(EarlierBackups::pace)
        .toList();
  }

  private static boolean isMeasured(MongoBackupStatus status) {
    return status != null
        && status.phase() == BackupPhase.Succeeded
        && status.startTime() != null
        && status.completionTime() != null
        && status.sizeUncompressed() != null;
  }

  private static BackupPace pace(MongoBackup backup) {
    MongoBackupStatus status = backup.getStatus();
    return new BackupPace(
        backup.getMetadata().getName(),
        Quantity.getAmountInBytes(new Quantity(status.sizeUncompressed())).longValue(),
        Duration.between(
            Instant.parse(status.startTime()), Instant.parse(status.completionTime())));
  }
}
