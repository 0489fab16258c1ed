package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.MongoRestoreStatus;
import dev.godwit.api.v1alpha1.RestorePhase;
import dev.godwit.api.v1alpha1.SecretKeyRef;
import dev.godwit.core.TargetRun;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.List;

/// Which resources work on the same database, and how they look from outside. A database that one
/// of them names and another leaves to the connection string counts as two; then the lock in the
/// database keeps them apart.
final class Targets {

  private Targets() {}

  /// The same for resources that work on the same database.
  static String key(MongoMigration migration) {
    return key(
        migration,
        migration.getSpec().target().secretRef(),
        migration.getSpec().target().database());
  }

  /// The same for resources that work on the same database.
  static String key(MongoRestore restore) {
    return key(restore, restore.getSpec().target().secretRef(), restore.getSpec().database());
  }

  /// The same as that of the migrations that work on the database that was backed up.
  static String key(MongoBackup backup) {
    return key(backup, backup.getSpec().target().secretRef(), backup.getSpec().target().database());
  }

  private static String key(HasMetadata resource, SecretKeyRef secret, String database) {
    return String.join(
        "\n",
        resource.getMetadata().getNamespace(),
        secret.name(),
        secret.keyOrDefault(),
        database == null ? "" : database);
  }

  static TargetRun run(MongoMigration migration) {
    MigrationPhase phase = phase(migration);
    return new TargetRun(
        "MongoMigration %s (version %s, %s)"
            .formatted(migration.getMetadata().getName(), migration.getSpec().version(), phase),
        migration.getMetadata().getName(),
        phase != MigrationPhase.Pending && !phase.isTerminal(),
        phase.isTouching(),
        null,
        List.of());
  }

  static TargetRun run(MongoRestore restore) {
    RestorePhase phase = phase(restore);
    MongoRestoreStatus status = restore.getStatus();
    boolean done = phase == RestorePhase.Succeeded && status.completionTime() != null;
    return new TargetRun(
        "MongoRestore %s (%s)".formatted(restore.getMetadata().getName(), phase),
        restore.getMetadata().getName(),
        phase == RestorePhase.BackingUp || phase == RestorePhase.Restoring,
        phase == RestorePhase.Restoring,
        done ? Instant.parse(status.completionTime()) : null,
        done && status.undone() != null ? status.undone() : List.of());
  }

  /// Pending when nobody has looked at it.
  static MigrationPhase phase(MongoMigration migration) {
    MongoMigrationStatus status = migration.getStatus();
    return status == null || status.phase() == null ? MigrationPhase.Pending : status.phase();
  }

  /// Pending when nobody has looked at it.
  static RestorePhase phase(MongoRestore restore) {
    MongoRestoreStatus status = restore.getStatus();
    return status == null || status.phase() == null ? RestorePhase.Pending : status.phase();
  }
}
