package dev.godwit.core;

import static dev.godwit.api.v1alpha1.RestorePhase.BackingUp;
import static dev.godwit.api.v1alpha1.RestorePhase.Failed;
import static dev.godwit.api.v1alpha1.RestorePhase.Pending;
import static dev.godwit.api.v1alpha1.RestorePhase.Restoring;
import static dev.godwit.api.v1alpha1.RestorePhase.Succeeded;

import dev.godwit.api.job.RunResult;
import dev.godwit.api.v1alpha1.CollectionRename;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.RestorePhase;
import dev.godwit.api.v1alpha1.RestoredBackup;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Decides what happens next to a restore.
///
/// A restore's spec cannot change, and its runs share one tag in the database, so a Job that ended
/// without a verdict may always be run again: it finishes what the one before began. It is run
/// again by itself where the database was away; where the runner itself failed, a person looks
/// first and raises `retry`.
public final class RestoreDecider {

  private static final Duration REST = Duration.ofMinutes(1);

  private final RestoreView view;

  private RestoreDecider(RestoreView view) {
    this.view = view;
  }

  /// The next act for what is seen; total: every view has one.
  public static Decision<RestoreStanding> decide(RestoreView view) {
    return new RestoreDecider(view).decide();
  }

  private Decision<RestoreStanding> decide() {
    if (view.isAttemptNew()) {
      return new Decision.Wait<>(
          at(Pending, Reasons.STARTING, "a new attempt begins"), Recheck.SOON);
    }
    RestorePhase phase = view.status().phase();
    if (phase != null && phase.isTerminal()) {
      return stay();
    }
    Optional<JobView> job = view.job();
    if (job.isPresent()) {
      return job.get().isEnded() ? ended(job.get()) : running(job.get());
    }
    if (view.status().source() != null) {
      return phase == Restoring ? start() : prepare();
    }
    return switch (RestoreSources.choose(view.spec().source(), view.candidates())) {
      case RestoreSources.Choice.Chosen chosen ->
          new Decision.Wait<>(
              new RestoreStanding(
                  Pending, Reasons.STARTING, chosen.message(), chosen.backup(), null, null),
              Recheck.SOON);
      case RestoreSources.Choice.NotYet wait -> wait(Pending, wait.reason(), wait.message());
      case RestoreSources.Choice.Never never -> failed(never.reason(), never.message());
    };
  }

  /// The backup is chosen, and the status says so.
  private Decision<RestoreStanding> prepare() {
    Optional<KnownBackup> safety = view.safetyBackup();
    if (safety.isEmpty()) {
      Optional<TargetRun> busy = view.others().stream().filter(TargetRun::running).findFirst();
      if (busy.isPresent()) {
        return waitFor(Pending, busy.get());
      }
    }
    return view.isSafetyWanted() ? backUp(safety) : start();
  }

  private Decision<RestoreStanding> backUp(Optional<KnownBackup> seen) {
    if (seen.isEmpty()) {
      String name = view.safetyName();
      return new Decision.TakeBackup<>(
          at(BackingUp, Reasons.BACKING_UP, "backup %s is starting".formatted(name)),
          name,
          replaced());
    }
    KnownBackup backup = seen.get();
    if (backup.isUsable()) {
      return start();
    }
    if (backup.isLost()) {
      return failed(
          Reasons.BACKUP_FAILED,
          "backup %s of the present state failed, %s: %s. Put that right and raise spec.retry"
              .formatted(backup.name(), view.nothingChanged(), backup.why()));
    }
    return wait(
        BackingUp,
        Reasons.BACKING_UP,
        "backup %s of the present state: %s"
            .formatted(backup.name(), backup.message() == null ? "is starting" : backup.message()));
  }

  /// Names of the collections that the restore replaces; empty for the whole database.
  private List<String> replaced() {
    Map<String, String> renames =
        view.spec().renamesOrEmpty().stream()
            .collect(
                Collectors.toMap(CollectionRename::from, CollectionRename::to, (one, two) -> one));
    return view.spec().collectionsOrEmpty().stream()
        .map(name -> renames.getOrDefault(name, name))
        .toList();
  }

  private Decision<RestoreStanding> start() {
    Optional<TargetRun> busy = view.others().stream().filter(TargetRun::touching).findFirst();
    if (busy.isPresent()) {
      RestorePhase phase = view.status().phase();
      return waitFor(phase == null ? Pending : phase, busy.get());
    }
    return new Decision.StartJob<>(
        at(Restoring, Reasons.RESTORING, "the Job is starting"),
        JobRole.Restore,
        view.jobName(),
        view.status().source().folder());
  }

  private Decision<RestoreStanding> waitFor(RestorePhase phase, TargetRun busy) {
    return new Decision.Wait<>(
        at(
            phase,
            Reasons.WAITING_FOR_TARGET,
            "waits for %s, which runs on the same database".formatted(busy.what())),
        Recheck.POLL);
  }

  private Decision<RestoreStanding> running(JobView job) {
    Obstacle obstacle = job.obstacle();
    if (obstacle == null) {
      return wait(Restoring, Reasons.RESTORING, job.doing("checks the archive"));
    }
    RestoreStanding standing = at(Restoring, obstacle.reason(), obstacle.message());
    return job.isManifestMissing() && view.status().source() != null
        ? new Decision.StartJob<>(
            standing, JobRole.Restore, job.name(), view.status().source().folder())
        : new Decision.Wait<>(standing, null);
  }

  private Decision<RestoreStanding> ended(JobView job) {
    return switch (job.verdict()) {
      case Restored -> succeeded(job.result());
      case Refused ->
          failed(job.failureOr(Reasons.REFUSED, "the run was refused; " + view.nothingChanged()));
      case Interrupted, LockHeld -> again(job);
      case FailedChangesStay -> changesStay(job);
      case null, default ->
          failed(
              Reasons.JOB_LOST,
              ("Job %s ended without a result (%s). Nothing of yours was dropped by a Swap, but not"
                      + " every collection may be in place: see its log, then raise spec.retry to go on"
                      + " where it ended")
                  .formatted(job.name(), job.describeEnd()));
    };
  }

  private Decision<RestoreStanding> changesStay(JobView job) {
    Failure said = job.failureOr(Reasons.CHANGES_STAY, "the restore failed after it had begun");
    return failed(
        new Failure(
            Reasons.CHANGES_STAY,
            said.step(),
            said.message() + ". Put that right and raise spec.retry to go on"));
  }

  private Decision<RestoreStanding> again(JobView job) {
    RestoreStanding standing =
        at(
            Restoring,
            Reasons.RETRYING,
            "Job %s did not get through and runs again every minute: %s"
                .formatted(job.name(), job.describeEnd()));
    Instant due = job.ended().plus(REST);
    return view.now().isBefore(due)
        ? new Decision.Wait<>(standing, Duration.between(view.now(), due))
        : new Decision.ForgetJob<>(standing, job.name());
  }

  private Decision<RestoreStanding> succeeded(RunResult result) {
    return new Decision.Wait<>(
        new RestoreStanding(
            Succeeded, Reasons.RESTORED, RestoreText.restored(result), source(), result, null),
        Recheck.SOON);
  }

  private Decision<RestoreStanding> stay() {
    RestoreStanding standing =
        new RestoreStanding(
            view.status().phase(),
            Conditions.reason(view.status().conditions(), Conditions.READY)
                .orElse(Reasons.RESTORED),
            view.status().message(),
            source(),
            null,
            view.status().failure());
    return standing.phase() == Succeeded
        ? new ReplacedCollections(view, standing).decide()
        : new Decision.Wait<>(standing, null);
  }

  private Decision<RestoreStanding> wait(RestorePhase phase, String reason, String message) {
    return new Decision.Wait<>(at(phase, reason, message), null);
  }

  private Decision<RestoreStanding> failed(String reason, String message) {
    return failed(new Failure(reason, null, message));
  }

  private Decision<RestoreStanding> failed(Failure failure) {
    return new Decision.Wait<>(
        new RestoreStanding(Failed, failure.reason(), failure.message(), source(), null, failure),
        Recheck.SOON);
  }

  private RestoreStanding at(RestorePhase phase, String reason, String message) {
    return new RestoreStanding(phase, reason, message, source(), null, null);
  }

  /// What the status says; when that got lost, what would be chosen.
  private RestoredBackup source() {
    return view.status().source() == null && view.job().isPresent()
        ? RestoreSources.choose(view.spec().source(), view.candidates())
                instanceof RestoreSources.Choice.Chosen chosen
            ? chosen.backup()
            : null
        : view.status().source();
  }
}
