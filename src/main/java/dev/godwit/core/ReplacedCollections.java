package dev.godwit.core;

import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.MongoRestoreStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Decides what becomes of the collections that a restore replaced: they stay for a time after its
/// success, then a Job drops them. A Job that fails is started again when Kubernetes has
/// removed it.
final class ReplacedCollections {

  private static final Duration REST = Duration.ofMinutes(1);

  private final RestoreView view;
  private final RestoreStanding standing;

  /// @param standing where the restore stands, which has succeeded
  ReplacedCollections(RestoreView view, RestoreStanding standing) {
    this.view = view;
    this.standing = standing;
  }

  Decision<RestoreStanding> decide() {
    MongoRestoreStatus status = view.status();
    boolean none = status.setAside() == null || status.setAside().isEmpty();
    if (none || status.setAsideDropped() != null || status.completionTime() == null) {
      return new Decision.Wait<>(standing, null);
    }
    Optional<Duration> keep = view.spec().keepReplaced();
    if (keep.isEmpty()) {
      return wait(
          Reasons.KEPT,
          "they stay until somebody drops them; spec.keepReplacedFor says how long to keep them",
          null,
          null);
    }
    Instant until = Instant.parse(status.completionTime()).plus(keep.get());
    if (view.now().isBefore(until)) {
      return wait(
          Reasons.KEPT_UNTIL,
          "they are dropped on %s; spec.keepReplacedFor changes that"
              .formatted(Conditions.time(until)),
          until,
          Duration.between(view.now(), until));
    }
    Optional<JobView> job = view.discardJob();
    return job.isEmpty()
        ? start(until)
        : job.get().isEnded() ? ended(job.get(), until) : running(job.get(), until);
  }

  /// Their time may come while somebody else works on the database: that goes first.
  private Decision<RestoreStanding> start(Instant until) {
    Optional<TargetRun> busy = view.others().stream().filter(TargetRun::running).findFirst();
    if (busy.isPresent()) {
      return wait(
          Reasons.WAITING_FOR_TARGET,
          "they are dropped when %s has ended, which runs on the same database"
              .formatted(busy.get().what()),
          until,
          REST);
    }
    return new Decision.StartJob<>(
        with(Reasons.DROPPING, "the Job that drops them is starting", until),
        JobRole.Discard,
        view.discardJobName(),
        null);
  }

  private Decision<RestoreStanding> running(JobView job, Instant until) {
    Obstacle obstacle = job.obstacle();
    if (obstacle == null) {
      return wait(Reasons.DROPPING, job.doing("they are being dropped"), until, Recheck.POLL);
    }
    RestoreStanding blocked = with(obstacle.reason(), obstacle.message(), until);
    return job.isManifestMissing()
        ? new Decision.StartJob<>(blocked, JobRole.Discard, job.name(), null)
        : new Decision.Wait<>(blocked, Recheck.POLL);
  }

  private Decision<RestoreStanding> ended(JobView job, Instant until) {
    Verdict verdict = job.verdict();
    if (verdict == Verdict.Deleted) {
      return new Decision.Wait<>(
          new RestoreStanding(
              standing.phase(),
              standing.reason(),
              RestoreText.dropped(view.status(), job.result()),
              standing.source(),
              job.result(),
              null,
              new ReplacedStanding(
                  Reasons.DROPPED, "what the restore replaced was dropped", until, true)),
          Recheck.SOON);
    }
    if (verdict == Verdict.Interrupted || verdict == Verdict.LockHeld) {
      RestoreStanding retrying =
          with(
              Reasons.RETRYING,
              "Job %s did not get through and runs again every minute: %s"
                  .formatted(job.name(), job.describeEnd()),
              until);
      Instant due = job.ended().plus(REST);
      return view.now().isBefore(due)
          ? new Decision.Wait<>(retrying, Duration.between(view.now(), due))
          : new Decision.ForgetJob<>(retrying, job.name());
    }
    return wait(
        Reasons.DROP_FAILED,
        "they could not be dropped: %s. Drop them by hand, or delete Job %s to try again"
            .formatted(job.describeEnd(), job.name()),
        until,
        null);
  }

  private Decision<RestoreStanding> wait(
      String reason, String message, Instant until, Duration recheck) {
    return new Decision.Wait<>(with(reason, message, until), recheck);
  }

  private RestoreStanding with(String reason, String message, Instant until) {
    return standing.with(new ReplacedStanding(reason, message, until, false));
  }
}
