package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.core.BackupState;
import dev.godwit.core.Cleanup;
import dev.godwit.core.Decision;
import dev.godwit.core.MigrationStanding;
import dev.godwit.core.MigrationView;
import dev.godwit.core.Note;
import dev.godwit.operator.resource.AttemptBackup;
import dev.godwit.operator.resource.RunnerTask;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Does what was decided about a migration.
final class MigrationActuator {

  private final Actuator actuator;
  private final Defaults defaults;

  MigrationActuator(Actuator actuator, Defaults defaults) {
    this.actuator = actuator;
    this.defaults = defaults;
  }

  /// Acts, and returns the decision that holds.
  Decision<MigrationStanding> act(
      MongoMigration migration, MigrationView view, Decision<MigrationStanding> decision) {
    return actuator.orWait(
        migration,
        decision,
        () -> doIt(migration, view, decision),
        hold -> hold.on(view, decision));
  }

  private void doIt(
      MongoMigration migration, MigrationView view, Decision<MigrationStanding> decision) {
    String namespace = migration.getMetadata().getNamespace();
    switch (decision) {
      case Decision.StartJob<MigrationStanding> start ->
          actuator.start(task(migration, view, start), view.jobs());
      case Decision.StopJob<MigrationStanding> stop -> actuator.stop(namespace, stop.name());
      case Decision.SuspendJob<MigrationStanding> suspend ->
          actuator.suspend(namespace, suspend.name(), suspend.suspend());
      case Decision.ForgetJob<MigrationStanding> forget ->
          actuator.forget(namespace, forget.name());
      case Decision.TakeBackup<MigrationStanding> take ->
          actuator.take(
              migration,
              AttemptBackup.of(
                  migration,
                  take.standing().attempt(),
                  take.name(),
                  view.storage(),
                  take.collections()));
      case Decision.DeleteBackups<MigrationStanding> delete ->
          throw new IllegalStateException("a migration deletes no backups");
      case Decision.Scale<MigrationStanding> scale -> actuator.scale(migration, scale.scalings());
      case Decision.Wait<MigrationStanding> wait -> {}
    }
  }

  /// A rollback restores from where its backup is, whatever the defaults are by now.
  private RunnerTask task(
      MongoMigration migration, MigrationView view, Decision.StartJob<MigrationStanding> start) {
    Optional<BackupState> backup = view.backupToRestore();
    return new RunnerTask(
        migration,
        start.role(),
        start.name(),
        migration.getSpec().target().secretRef(),
        migration.getSpec().jobOrDefault().orElse(defaults.job()),
        migration.getSpec().batchesOrDefault().orElse(defaults.batches()),
        backup.map(BackupState::storage).orElse(null),
        start.backup(),
        backup.map(BackupState::position).orElse(null));
  }

  void expire(MongoMigration migration, List<String> jobs) {
    actuator.expire(migration.getMetadata().getNamespace(), jobs);
  }

  /// Scales back what a migration leaves behind that goes, and says what could not be. What the API
  /// server refuses keeps the migration, but not beyond the deadline.
  List<Note> giveBack(MongoMigration migration, Cleanup cleanup, MigrationView view) {
    List<Note> notes = new ArrayList<>(cleanup.notes());
    try {
      actuator.scale(migration, cleanup.giveBack());
    } catch (KubernetesClientException failed) {
      if (!cleanup.isLate() || !Actuator.isRefusal(failed)) {
        throw failed;
      }
      notes.add(Cleanup.leftDown(view, failed.getMessage()));
    }
    return notes;
  }

  void stop(MongoMigration migration, List<String> jobs) {
    jobs.forEach(job -> actuator.stop(migration.getMetadata().getNamespace(), job));
  }
}
