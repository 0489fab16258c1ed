package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoBackupScheduleStatus;
import dev.godwit.api.v1alpha1.ScheduledVerification;
import dev.godwit.api.v1alpha1.VerificationResult;
import dev.godwit.core.JobView;
import dev.godwit.core.KnownBackup;
import dev.godwit.core.ScheduleView;
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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Gathers everything that is known of a schedule. Its backups are those that name it, also of an
/// earlier resource of that name: they are kept and pruned like its own.
final class ScheduleObserver {

  private final KubernetesClient client;
  private final JobObserver jobs;
  private final Clock clock;

  ScheduleObserver(KubernetesClient client, JobObserver jobs, Clock clock) {
    this.client = client;
    this.jobs = jobs;
    this.clock = clock;
  }

  ScheduleView observe(
      MongoBackupSchedule schedule,
      BackupUsers<MongoBackupSchedule> users,
      Context<MongoBackupSchedule> context) {
    ObjectMeta meta = schedule.getMetadata();
    Instant now = clock.instant();
    Set<Pod> pods = context.getSecondaryResources(Pod.class);
    List<JobView> seen = new ArrayList<>();
    context.getSecondaryResources(Job.class).stream()
        .filter(job -> Marks.isOwnedBy(job, schedule))
        .map(job -> jobs.view(job, pods))
        .forEach(seen::add);
    notYetCached(schedule, seen).map(job -> jobs.view(job, pods)).ifPresent(seen::add);
    List<KnownBackup> backups =
        context.getSecondaryResources(MongoBackup.class).stream().map(KnownBackups::of).toList();
    return new ScheduleView(
        now,
        meta.getName(),
        meta.getUid(),
        meta.getGeneration() == null ? 0 : meta.getGeneration(),
        Instant.parse(meta.getCreationTimestamp()),
        schedule.getSpec(),
        schedule.getStatus() == null ? MongoBackupScheduleStatus.NEW : schedule.getStatus(),
        CronTimes.at(schedule.getSpec(), now),
        backups,
        pins(meta.getNamespace(), backups, users),
        seen);
  }

  /// The Job of a verification that has just been started: a Job that is gone would be a failure.
  private Optional<Job> notYetCached(MongoBackupSchedule schedule, List<JobView> seen) {
    ScheduledVerification last =
        schedule.getStatus() == null ? null : schedule.getStatus().verification();
    if (last == null
        || last.result() != VerificationResult.Running
        || seen.stream().anyMatch(job -> job.name().equals(last.job()))) {
      return Optional.empty();
    }
    return Optional.ofNullable(
            client
                .batch()
                .v1()
                .jobs()
                .inNamespace(schedule.getMetadata().getNamespace())
                .withName(last.job())
                .get())
        .filter(job -> Marks.isOwnedBy(job, schedule));
  }

  private static Map<String, String> pins(
      String namespace, List<KnownBackup> backups, BackupUsers<MongoBackupSchedule> users) {
    Map<String, String> pins = new TreeMap<>();
    for (KnownBackup backup : backups) {
      List<String> using = users.of(namespace, backup.name());
      if (!using.isEmpty()) {
        pins.put(backup.name(), String.join(", ", using));
      }
    }
    return pins;
  }
}
