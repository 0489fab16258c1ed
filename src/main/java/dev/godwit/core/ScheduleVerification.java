package dev.godwit.core;

import dev.godwit.api.v1alpha1.ScheduledVerification;
import dev.godwit.api.v1alpha1.VerificationResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Decides about the verification of a schedule's backups: the latest, once per `verifyEvery`, one
/// at a time; what was missed is not made up for.
final class ScheduleVerification {

  private static final Duration SOON = Duration.ofSeconds(10);

  private final ScheduleView view;
  private final ScheduledVerification known;

  ScheduleVerification(ScheduleView view) {
    this.view = view;
    this.known = view.status().verification();
  }

  /// What is to be done; empty when there is nothing.
  ///
  /// @param standing where the schedule stands otherwise
  Optional<Decision<ScheduleStanding>> decide(ScheduleStanding standing) {
    if (known != null && known.result() == VerificationResult.Running) {
      return Optional.of(running(standing));
    }
    Optional<KnownBackup> backup = view.latestUsable();
    if (!isTime() || backup.isEmpty()) {
      return Optional.empty();
    }
    long number =
        known == null ? view.verification() : Math.max(view.verification(), known.number() + 1);
    return Optional.of(
        new Decision.StartJob<>(
            with(
                standing,
                "verifies backup " + backup.get().name(),
                new ScheduledVerification(
                    number,
                    backup.get().name(),
                    view.spec().verifyModeOrDefault(),
                    Names.verifyJob(view.name(), view.uid(), number),
                    VerificationResult.Running,
                    null,
                    null)),
            JobRole.Verify,
            Names.verifyJob(view.name(), view.uid(), number),
            backup.get().folder()));
  }

  /// Whether the Job of a verification has not ended.
  boolean isRunning() {
    return known != null
        && known.result() == VerificationResult.Running
        && view.verifyJob(known.number()).filter(job -> !job.isEnded()).isPresent();
  }

  /// Numbers only grow, as they name Jobs; those of a longer `verifyEvery` begin below the one
  /// that is known.
  private boolean isTime() {
    long number = view.verification();
    if (number == 0 || known == null) {
      return number > 0;
    }
    return number > known.number()
        || known.time() != null && Instant.parse(known.time()).isBefore(view.verificationSince());
  }

  private Decision<ScheduleStanding> running(ScheduleStanding standing) {
    Optional<JobView> seen = view.verifyJob(known.number());
    if (seen.isEmpty()) {
      return end(standing, VerificationResult.Failed, "Job %s is gone".formatted(known.job()));
    }
    JobView job = seen.get();
    if (!job.isEnded()) {
      String message =
          job.obstacle() == null
              ? "verifies backup %s: %s".formatted(known.backup(), job.doing("reads the archive"))
              : job.obstacle().message();
      return new Decision.Wait<>(with(standing, message, known), SOON);
    }
    if (job.isOutOfTime()) {
      return end(
          standing,
          VerificationResult.Failed,
          "backup %s: the verification did not end in time (%s); see what it waited for, or raise template.job.activeDeadline"
              .formatted(known.backup(), job.failure()));
    }
    return switch (job.verdict()) {
      case Verified ->
          end(
              standing,
              VerificationResult.Succeeded,
              "backup %s can be restored".formatted(known.backup()));
      case null, default ->
          end(
              standing,
              VerificationResult.Failed,
              "backup %s: %s".formatted(known.backup(), job.describeEnd()));
    };
  }

  private Decision<ScheduleStanding> end(
      ScheduleStanding standing, VerificationResult result, String message) {
    return new Decision.Wait<>(
        with(
            standing,
            standing.message(),
            new ScheduledVerification(
                known.number(),
                known.backup(),
                known.mode(),
                known.job(),
                result,
                Conditions.time(view.now()),
                message)),
        Recheck.SOON);
  }

  private static ScheduleStanding with(
      ScheduleStanding standing, String message, ScheduledVerification verification) {
    return new ScheduleStanding(
        standing.phase(),
        standing.reason(),
        message,
        standing.dealtWith(),
        standing.missed(),
        verification);
  }
}
