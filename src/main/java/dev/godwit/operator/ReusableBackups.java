package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.core.BackupState;
import dev.godwit.core.ReusableBackup;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// The backups that a migration may use instead of one of its own. They are looked
/// for only where a migration wants that.
final class ReusableBackups {

  private final KubernetesClient client;

  ReusableBackups(KubernetesClient client) {
    this.client = client;
  }

  /// While it looks for one: all of its target. Afterwards: the one that it uses.
  ///
  /// @param own the backups that the migration took
  List<ReusableBackup> of(MongoMigration migration, List<BackupState> own) {
    if (migration.getSpec().backup() == null
        || migration.getSpec().backup().reuse().isEmpty()
        || migration.getStatus() == null) {
      return List.of();
    }
    MongoMigrationStatus status = migration.getStatus();
    if (status.phase() == MigrationPhase.Planning || status.phase() == MigrationPhase.BackingUp) {
      return TargetBackups.of(client, migration).map(ReusableBackups::view).toList();
    }
    String used = status.backup();
    String namespace = migration.getMetadata().getNamespace();
    var backups = client.resources(MongoBackup.class);
    boolean another = used != null && own.stream().noneMatch(it -> it.name().equals(used));
    return another
        ? Stream.ofNullable(backups.inNamespace(namespace).withName(used).get())
            .map(ReusableBackups::view)
            .toList()
        : List.of();
  }

  private static ReusableBackup view(MongoBackup backup) {
    MongoBackupStatus status =
        backup.getStatus() == null ? MongoBackupStatus.NEW : backup.getStatus();
    List<String> collections = backup.getSpec().target().collections();
    return new ReusableBackup(
        MigrationObserver.backup(backup),
        status.conditions() != null
            && status.conditions().stream()
                .anyMatch(it -> it.getType().equals("Verified") && it.getStatus().equals("True")),
        collections == null ? List.of() : collections,
        Instant.parse(
            status.startTime() == null
                ? backup.getMetadata().getCreationTimestamp()
                : status.startTime()),
        status.position());
  }
}
