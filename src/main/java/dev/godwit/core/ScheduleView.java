package dev.godwit.core;

import dev.godwit.api.v1alpha1.GoDuration;
import dev.godwit.api.v1alpha1.MongoBackupScheduleSpec;
import dev.godwit.api.v1alpha1.MongoBackupScheduleStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Everything that was observed of a schedule, at one moment.
///
/// @param now the clock
/// @param name name of the MongoBackupSchedule
/// @param uid its UID
/// @param generation of its spec
/// @param created when it was created, on the API server's clock
/// @param spec what is wanted
/// @param status what was written last; `MongoBackupScheduleStatus.NEW` when nothing was
/// @param times what the schedule says about now
/// @param backups its backups
/// @param pins names of those that something needs, and what
/// @param jobs its Jobs, which verify
public record ScheduleView(
    Instant now,
    String name,
    String uid,
    long generation,
    Instant created,
    MongoBackupScheduleSpec spec,
    MongoBackupScheduleStatus status,
    ScheduleTimes times,
    List<KnownBackup> backups,
    Map<String, String> pins,
    List<JobView> jobs) {

  public ScheduleView {
    backups = List.copyOf(backups);
    pins = Map.copyOf(pins);
    jobs = List.copyOf(jobs);
  }

  /// What the status remembers the schedule by.
  String schedule() {
    return spec.schedule() + " " + spec.timeZoneOrDefault();
  }

  /// The latest time that was dealt with; at first the schedule's creation.
  Instant dealtWith() {
    return status.lastScheduleTime() == null ? created : Instant.parse(status.lastScheduleTime());
  }

  /// A scheduled time that nobody has dealt with yet.
  Optional<Instant> due() {
    return Optional.ofNullable(times.due()).filter(due -> due.isAfter(dealtWith()));
  }

  /// A backup that has not ended.
  Optional<KnownBackup> active() {
    return backups.stream()
        .filter(backup -> !backup.isUsable() && !backup.isLost())
        .max(Comparator.comparing(KnownBackup::created));
  }

  Optional<KnownBackup> latest() {
    return backups.stream()
        .max(Comparator.comparing(KnownBackup::created).thenComparing(KnownBackup::name));
  }

  Optional<KnownBackup> latestUsable() {
    return backups.stream()
        .filter(KnownBackup::isUsable)
        .max(Comparator.comparing(KnownBackup::completed).thenComparing(KnownBackup::name));
  }

  /// Number of the verification whose time it is, from 1, which is the time of the first backup:
  /// what a verification lacks, such as a right, shows on the first day. 0 when none is wanted.
  long verification() {
    if (spec.verifyEvery() == null) {
      return 0;
    }
    Duration every = GoDuration.parse(spec.verifyEvery());
    return every.isZero() ? 0 : 1 + Math.max(0, Duration.between(created, now).dividedBy(every));
  }

  /// Since when it is the time of [#verification].
  Instant verificationSince() {
    return created.plus(GoDuration.parse(spec.verifyEvery()).multipliedBy(verification() - 1));
  }

  /// The Job of a verification.
  Optional<JobView> verifyJob(long number) {
    String wanted = Names.verifyJob(name, uid, number);
    return jobs.stream().filter(job -> job.name().equals(wanted)).findFirst();
  }
}
