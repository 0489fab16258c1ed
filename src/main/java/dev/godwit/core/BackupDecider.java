package dev.godwit.core;

import dev.godwit.api.job.BackupSummary;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Decides what happens next to a backup. A backup never changes the database, so a Job that ended
/// without a result simply means that there is no backup.
public final class BackupDecider {

  /// A timer of years is nothing to rely on.
  private static final Duration LONGEST_WAIT = Duration.ofHours(6);

  private BackupDecider() {}

  /// The next act for what is seen; total: every view has one.
  public static Decision<BackupStanding> decide(BackupView view) {
    MongoBackupStatus status = view.status();
    if (status.phase() != null && status.phase().isTerminal()) {
      return over(view);
    }
    if (view.job().isEmpty()) {
      return status.phase() == BackupPhase.Running || status.job() != null
          ? failed(
              view,
              Reasons.JOB_LOST,
              "Job %s is gone; create another MongoBackup".formatted(view.jobName()))
          : start(view, Reasons.STARTING, "the Job is starting");
    }
    JobView job = view.job().get();
    return job.isEnded() ? ended(view, job) : running(view, job);
  }

  /// Nothing happens any more, until its time is over.
  private static Decision<BackupStanding> over(BackupView view) {
    MongoBackupStatus status = view.status();
    BackupStanding standing =
        new BackupStanding(
            status.phase(),
            Conditions.reason(status.conditions(), Conditions.READY).orElse(Reasons.SUCCEEDED),
            status.message(),
            null,
            status.failure());
    Instant expiration = view.expiration().orElse(null);
    if (expiration == null) {
      return new Decision.Wait<>(standing, null);
    }
    if (view.now().isBefore(expiration)) {
      Duration left = Duration.between(view.now(), expiration);
      return new Decision.Wait<>(standing, left.compareTo(LONGEST_WAIT) < 0 ? left : LONGEST_WAIT);
    }
    return view.users().isEmpty()
        ? new Decision.DeleteBackups<>(standing, List.of(view.name()))
        : new Decision.Wait<>(standing, Recheck.POLL);
  }

  private static Decision<BackupStanding> start(BackupView view, String reason, String message) {
    return new Decision.StartJob<>(
        new BackupStanding(BackupPhase.Pending, reason, message, null, null),
        JobRole.Backup,
        view.jobName(),
        view.location());
  }

  private static Decision<BackupStanding> running(BackupView view, JobView job) {
    Obstacle obstacle = job.obstacle();
    if (obstacle != null) {
      if (job.isManifestMissing()) {
        return start(view, obstacle.reason(), obstacle.message());
      }
      return new Decision.Wait<>(
          new BackupStanding(phase(view, job), obstacle.reason(), obstacle.message(), null, null),
          null);
    }
    String message = "the Job's pod is starting";
    if (job.running()) {
      message =
          job.progress() == null || job.progress().message() == null
              ? "reads the database"
              : job.progress().message();
    }
    return new Decision.Wait<>(
        new BackupStanding(phase(view, job), Reasons.BACKING_UP, message, null, null), null);
  }

  private static BackupPhase phase(BackupView view, JobView job) {
    return job.running() || view.status().phase() == BackupPhase.Running
        ? BackupPhase.Running
        : BackupPhase.Pending;
  }

  private static Decision<BackupStanding> ended(BackupView view, JobView job) {
    RunResult result = job.result();
    BackupSummary summary = result == null ? null : result.backup();
    if (result != null && result.verdict() == Verdict.BackedUp && summary != null) {
      return new Decision.Wait<>(
          new BackupStanding(
              BackupPhase.Succeeded,
              Reasons.SUCCEEDED,
              "%d documents of %d collections, %s"
                  .formatted(
                      summary.documents(),
                      summary.collections(),
                      BackupStatusProjection.quantity(summary.size())),
              summary,
              null),
          Recheck.SOON);
    }
    if (result != null && result.failure() != null) {
      Failure failure = result.failure();
      String reason = failure.reason() == null ? Reasons.BACKUP_FAILED : failure.reason();
      return end(view, reason, new Failure(reason, failure.step(), failure.message()));
    }
    return failed(
        view,
        Reasons.JOB_LOST,
        "Job %s ended without a result (%s); see its log, then create another MongoBackup"
            .formatted(job.name(), job.failure() == null ? "no result" : job.failure()));
  }

  private static Decision<BackupStanding> failed(BackupView view, String reason, String message) {
    return end(view, reason, new Failure(reason, null, message));
  }

  private static Decision<BackupStanding> end(BackupView view, String reason, Failure failure) {
    return new Decision.Wait<>(
        new BackupStanding(BackupPhase.Failed, reason, failure.message(), null, failure),
        Recheck.SOON);
  }
}
