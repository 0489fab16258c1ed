package dev.godwit.operator;

import dev.godwit.api.v1alpha1.GoDuration;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.core.BackupUse;
import dev.godwit.core.BackupView;
import dev.godwit.core.JobView;
import dev.godwit.core.Names;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Gathers everything that is known of a backup.
final class BackupObserver {

  private final KubernetesClient client;
  private final JobObserver jobs;
  private final Clock clock;

  BackupObserver(KubernetesClient client, JobObserver jobs, Clock clock) {
    this.client = client;
    this.jobs = jobs;
    this.clock = clock;
  }

  BackupView observe(
      MongoBackup backup, BackupUsers<MongoBackup> users, Context<MongoBackup> context) {
    List<String> using = using(backup, users);
    BackupView view = view(backup, using, Optional.empty());
    String name = view.jobName();
    Optional<Job> cached =
        context.getSecondaryResources(Job.class).stream()
            .filter(job -> job.getMetadata().getName().equals(name))
            .findFirst();
    boolean over = view.status().phase() != null && view.status().phase().isTerminal();
    boolean expected = view.status().job() != null && !over;
    Optional<Job> job =
        cached.isPresent() || !expected
            ? cached
            : Optional.ofNullable(
                client
                    .batch()
                    .v1()
                    .jobs()
                    .inNamespace(backup.getMetadata().getNamespace())
                    .withName(name)
                    .get());
    return view(
        backup,
        using,
        job.filter(it -> Marks.isOwnedBy(it, backup))
            .map(it -> jobs.view(it, context.getSecondaryResources(Pod.class))));
  }

  /// A schedule keeps its last good backup from its `ttl`, but from nobody who deletes it.
  private List<String> using(MongoBackup backup, BackupUsers<MongoBackup> users) {
    ObjectMeta meta = backup.getMetadata();
    List<String> using = new ArrayList<>(users.of(meta.getNamespace(), meta.getName()));
    if (meta.getDeletionTimestamp() == null
        && Marks.isOfKind(backup, MongoBackupSchedule.class)
        && view(backup, using, Optional.empty()).isExpired()) {
      MongoBackupSchedule schedule =
          client
              .resources(MongoBackupSchedule.class)
              .inNamespace(meta.getNamespace())
              .withName(Marks.ownerName(backup))
              .get();
      if (schedule != null && BackupUse.by(schedule).contains(meta.getName())) {
        using.add("MongoBackupSchedule " + schedule.getMetadata().getName());
      }
    }
    return using;
  }

  /// The Job that deletes what a backup stored.
  Optional<JobView> deletion(MongoBackup backup, Context<MongoBackup> context) {
    String name = Names.deleteJob(backup.getMetadata().getName(), backup.getMetadata().getUid());
    return context.getSecondaryResources(Job.class).stream()
        .filter(job -> job.getMetadata().getName().equals(name) && Marks.isOwnedBy(job, backup))
        .map(job -> jobs.view(job, context.getSecondaryResources(Pod.class)))
        .findFirst();
  }

  private BackupView view(MongoBackup backup, List<String> users, Optional<JobView> job) {
    ObjectMeta meta = backup.getMetadata();
    return new BackupView(
        clock.instant(),
        meta.getName(),
        meta.getUid(),
        meta.getGeneration() == null ? 0 : meta.getGeneration(),
        backup.getStatus() == null ? MongoBackupStatus.NEW : backup.getStatus(),
        job,
        backup.getSpec().ttl() == null ? null : GoDuration.parse(backup.getSpec().ttl()),
        users,
        Marks.isOfKind(backup, MongoMigration.class));
  }
}
