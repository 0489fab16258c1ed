package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MigrationBackup;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.PersistentVolumeClaimStorage;
import dev.godwit.core.Decision;
import dev.godwit.core.MigrationStanding;
import dev.godwit.core.MigrationView;
import dev.godwit.core.Refusal;
import dev.godwit.operator.resource.AttemptBackup;
import dev.godwit.operator.resource.RunnerTask;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;

/// Does what was decided about a migration.
final class MigrationActuator {

  private final Actuator actuator;

  MigrationActuator(Actuator actuator) {
    this.actuator = actuator;
  }

  /// Acts, and returns the decision that holds: when the API server refuses, that is to wait where
  /// the migration was and to say why.
  Decision<MigrationStanding> act(
      MongoMigration migration, MigrationView view, Decision<MigrationStanding> decision) {
    try {
      act(migration, decision);
      return decision;
    } catch (KubernetesClientException failed) {
      if (Actuator.isRefusal(failed)) {
        return Refusal.of(view, decision, failed.getMessage());
      }
      throw failed;
    }
  }

  private void act(MongoMigration migration, Decision<MigrationStanding> decision) {
    String namespace = migration.getMetadata().getNamespace();
    switch (decision) {
      case Decision.StartJob<MigrationStanding> start -> actuator.start(task(migration, start));
      case Decision.StopJob<MigrationStanding> stop -> actuator.stop(namespace, stop.name());
      case Decision.ForgetJob<MigrationStanding> forget ->
          actuator.forget(namespace, forget.name());
      case Decision.TakeBackup<MigrationStanding> take ->
          actuator.create(
              AttemptBackup.of(
                  migration, take.standing().attempt(), take.name(), take.collections()));
      case Decision.Wait<MigrationStanding> wait -> {}
    }
  }

  private static RunnerTask task(
      MongoMigration migration, Decision.StartJob<MigrationStanding> start) {
    MigrationBackup backup = migration.getSpec().backup();
    PersistentVolumeClaimStorage storage =
        backup == null || backup.storage() == null
            ? null
            : backup.storage().persistentVolumeClaim();
    return new RunnerTask(
        migration,
        start.role(),
        start.name(),
        migration.getSpec().target().secretRef(),
        migration.getSpec().jobOrDefault(),
        storage,
        start.backup());
  }

  void expire(MongoMigration migration, List<String> jobs) {
    actuator.expire(migration.getMetadata().getNamespace(), jobs);
  }

  void stop(MongoMigration migration, List<String> jobs) {
    jobs.forEach(job -> actuator.stop(migration.getMetadata().getNamespace(), job));
  }
}
