package dev.godwit.operator;

import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.core.BackupState;
import dev.godwit.core.JobRole;
import dev.godwit.core.JobView;
import dev.godwit.core.MigrationView;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Gathers everything that is known of a migration.
final class MigrationObserver {

  private final KubernetesClient client;
  private final JobObserver jobs;
  private final WorkloadObserver workloads;
  private final Defaults defaults;
  private final ReusableBackups reusable;
  private final EarlierBackups earlier;
  private final Clock clock;

  MigrationObserver(KubernetesClient client, JobObserver jobs, Defaults defaults, Clock clock) {
    this.client = client;
    this.jobs = jobs;
    this.workloads = new WorkloadObserver(client);
    this.defaults = defaults;
    this.reusable = new ReusableBackups(client);
    this.earlier = new EarlierBackups(client);
    this.clock = clock;
  }

  MigrationView observe(
      MongoMigration migration, Neighbours neighbours, Context<MongoMigration> context) {
    Set<Pod> pods = context.getSecondaryResources(Pod.class);
    List<JobView> seen = new ArrayList<>();
    context.getSecondaryResources(Job.class).stream()
        .filter(job -> Marks.isOwnedBy(job, migration))
        .map(job -> jobs.view(job, pods))
        .forEach(seen::add);
    List<BackupState> backups =
        context.getSecondaryResources(MongoBackup.class).stream()
            .filter(backup -> Marks.isOwnedBy(backup, migration))
            .map(MigrationObserver::backup)
            .toList();
    MigrationView view = view(migration, seen, backups, neighbours);
    MigrationView whole =
        lookForExpected(migration, view, seen, pods)
            ? view(migration, seen, backups, neighbours)
            : view;
    return whole
        .seeing(
            whole.workloadsToSee().stream()
                .map(it -> workloads.observe(whole.id().namespace(), it))
                .toList())
        .after(earlier.of(migration, whole));
  }

  /// A Job that must be there by the phase but is not in the cache may only be too new for it: the
  /// API server knows.
  private boolean lookForExpected(
      MongoMigration migration, MigrationView view, List<JobView> seen, Set<Pod> pods) {
    MigrationPhase phase = view.status().phase();
    JobRole role = null;
    if (phase == MigrationPhase.Applying || phase == MigrationPhase.Verifying) {
      role = JobRole.Apply;
    } else if (phase == MigrationPhase.RollingBack) {
      role = JobRole.Rollback;
    }
    if (role == null || view.job(role).isPresent()) {
      return false;
    }
    Job job =
        client
            .batch()
            .v1()
            .jobs()
            .inNamespace(migration.getMetadata().getNamespace())
            .withName(view.jobName(role))
            .get();
    if (job == null || !Marks.isOwnedBy(job, migration)) {
      return false;
    }
    seen.add(jobs.view(job, pods));
    return true;
  }

  private MigrationView view(
      MongoMigration migration,
      List<JobView> seen,
      List<BackupState> backups,
      Neighbours neighbours) {
    ObjectMeta meta = migration.getMetadata();
    return new MigrationView(
            clock.instant(),
            new MigrationView.Identity(
                meta.getNamespace(),
                meta.getName(),
                meta.getUid(),
                meta.getGeneration() == null ? 0 : meta.getGeneration(),
                Instant.parse(meta.getCreationTimestamp())),
            migration.getSpec(),
            migration.getStatus() == null ? MongoMigrationStatus.NEW : migration.getStatus(),
            seen,
            backups,
            neighbours.of(migration),
            defaults.storage())
        .among(neighbours.restores(migration))
        .needing(neighbours.dependencies(migration))
        .with(reusable.of(migration, backups));
  }

  static BackupState backup(MongoBackup backup) {
    ObjectMeta meta = backup.getMetadata();
    MongoBackupStatus status =
        backup.getStatus() == null ? MongoBackupStatus.NEW : backup.getStatus();
    BackupPhase phase = status.phase();
    return new BackupState(
        meta.getName(),
        Marks.specHash(backup),
        Marks.retry(backup),
        Instant.parse(meta.getCreationTimestamp()),
        meta.getDeletionTimestamp() != null,
        phase,
        backup.getSpec().storage(),
        status.location(),
        status.message(),
        status.failure(),
        status.position());
  }
}
