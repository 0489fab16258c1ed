package dev.godwit.core;

import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.MongoRestoreSpec;
import dev.godwit.api.v1alpha1.MongoRestoreStatus;
import dev.godwit.api.v1alpha1.RestorePhase;
import dev.godwit.api.v1alpha1.SafetyBackup;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Everything that was observed of a restore, at one moment.
///
/// @param now the clock
/// @param name name of the MongoRestore
/// @param uid its UID
/// @param generation of its spec
/// @param spec what is wanted
/// @param status what was written last; `MongoRestoreStatus.NEW` when nothing was
/// @param jobs every Job of the restore, of whatever attempt
/// @param candidates the backups that its source speaks of
/// @param safety the backups that it took itself, of whatever attempt
/// @param others migrations and restores of the same database
public record RestoreView(
    Instant now,
    String name,
    String uid,
    long generation,
    MongoRestoreSpec spec,
    MongoRestoreStatus status,
    List<JobView> jobs,
    List<KnownBackup> candidates,
    List<KnownBackup> safety,
    List<TargetRun> others) {

  public RestoreView {
    jobs = List.copyOf(jobs);
    candidates = List.copyOf(candidates);
    safety = List.copyOf(safety);
    others = List.copyOf(others);
  }

  /// Name of the Job of this attempt.
  public String jobName() {
    return Names.restoreJob(name, uid, spec.retryOrDefault());
  }

  /// Name of the backup that this attempt takes of the state before.
  String safetyName() {
    return Names.safetyBackup(name, uid, spec.retryOrDefault());
  }

  /// Whether `retry` was raised after a failure. A success stays one.
  boolean isAttemptNew() {
    return status.phase() == RestorePhase.Failed
        && status.retry() != null
        && status.retry() != spec.retryOrDefault();
  }

  /// Whether a restore that failed so may have replaced something.
  static boolean mayHaveChanged(Failure failure) {
    return failure != null
        && (Reasons.JOB_LOST.equals(failure.reason())
            || Reasons.CHANGES_STAY.equals(failure.reason()));
  }

  /// That this attempt changed nothing; an earlier one may have.
  String nothingChanged() {
    return spec.retryOrDefault() == 0 ? "nothing was changed" : "this attempt changed nothing";
  }

  /// Name of the Job that drops what was replaced.
  String discardJobName() {
    return Names.discardJob(name, uid);
  }

  /// The Job that drops what was replaced.
  Optional<JobView> discardJob() {
    String wanted = discardJobName();
    return jobs.stream().filter(job -> job.name().equals(wanted)).findFirst();
  }

  boolean isSafetyWanted() {
    return spec.safetyBackupOrDefault() == SafetyBackup.Always;
  }

  /// The Job of this attempt.
  Optional<JobView> job() {
    String wanted = jobName();
    return jobs.stream().filter(job -> job.name().equals(wanted)).findFirst();
  }

  /// The backup of the state before: that of this attempt, or an earlier one's that may have
  /// changed something.
  Optional<KnownBackup> safetyBackup() {
    return safety.stream()
        .filter(
            backup ->
                backup.name().equals(status.safetyBackup()) || backup.name().equals(safetyName()))
        .filter(backup -> !backup.deleting())
        .min(Comparator.comparing(KnownBackup::created));
  }
}
