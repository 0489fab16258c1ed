package dev.godwit.operator.metrics;

import dev.godwit.api.v1alpha1.GoDuration;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoBackupScheduleStatus;
import dev.godwit.api.v1alpha1.SchedulePhase;
import dev.godwit.api.v1alpha1.ScheduledVerification;
import dev.godwit.api.v1alpha1.VerificationResult;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The gauges of the schedules that there are.
final class ScheduleSeries {

  private static final String[] RESOURCE = {"namespace", "name"};

  private final Family phases =
      Family.of(
          "godwit_backup_schedule_status_phase",
          "1 for the phase that the schedule is in, 0 for the others.",
          "namespace",
          "name",
          "phase");
  private final Family next =
      Family.of(
          "godwit_backup_schedule_next_timestamp_seconds",
          "When the next backup is to be taken.",
          RESOURCE);
  private final Family success =
      Family.of(
          "godwit_backup_schedule_last_success_timestamp_seconds",
          "When the schedule's latest successful backup was complete.",
          RESOURCE);
  private final Family last =
      Family.of(
          "godwit_backup_schedule_last_timestamp_seconds",
          "The latest scheduled time that was dealt with.",
          RESOURCE);
  private final Family due =
      Family.of(
          "godwit_backup_verification_due_timestamp_seconds",
          "When the verification that has not ended yet is, or was, to begin.",
          RESOURCE);
  private final Family kept =
      Family.of("godwit_backup_schedule_backups", "Backups that can be restored.", RESOURCE);
  private final Family verified =
      Family.of(
          "godwit_backup_verification_timestamp_seconds",
          "When the latest verification of a backup ended.",
          RESOURCE);
  private final Family succeeded =
      Family.of(
          "godwit_backup_verification_succeeded",
          "1 if the latest verification that ended found the backup whole, 0 if not.",
          RESOURCE);

  void add(MongoBackupSchedule schedule) {
    MongoBackupScheduleStatus status =
        schedule.getStatus() == null ? MongoBackupScheduleStatus.NEW : schedule.getStatus();
    String namespace = schedule.getMetadata().getNamespace();
    String name = schedule.getMetadata().getName();
    for (SchedulePhase phase : SchedulePhase.values()) {
      phases.add(phase == status.phase(), namespace, name, phase.name());
    }
    time(next, status.nextScheduleTime(), namespace, name);
    time(last, status.lastScheduleTime(), namespace, name);
    due(schedule).ifPresent(when -> due.add(when.getEpochSecond(), namespace, name));
    time(success, status.lastSuccessfulTime(), namespace, name);
    kept.add(status.backups() == null ? 0 : status.backups(), namespace, name);
    ScheduledVerification last = status.verification();
    if (last != null && last.result() != VerificationResult.Running) {
      time(verified, last.time(), namespace, name);
      succeeded.add(last.result() == VerificationResult.Succeeded, namespace, name);
    }
  }

  /// Verifications are numbered from 1, one for each `verifyEvery` since the creation.
  private static Optional<Instant> due(MongoBackupSchedule schedule) {
    String every = schedule.getSpec().verifyEvery();
    if (every == null || GoDuration.parse(every).isZero()) {
      return Optional.empty();
    }
    ScheduledVerification last =
        schedule.getStatus() == null ? null : schedule.getStatus().verification();
    long ended = last == null || last.number() == null ? 0 : last.number();
    long next = last != null && last.result() == VerificationResult.Running ? ended : ended + 1;
    return Optional.of(
        Instant.parse(schedule.getMetadata().getCreationTimestamp())
            .plus(GoDuration.parse(every).multipliedBy(next)));
  }

  private static void time(Family family, String time, String namespace, String name) {
    if (time != null) {
      family.add(Instant.parse(time).getEpochSecond(), namespace, name);
    }
  }

  List<Family> families() {
    return List.of(phases, next, last, success, kept, verified, due, succeeded);
  }
}
