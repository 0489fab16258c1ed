package dev.godwit.core;

import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.MigrationPhase;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiPredicate;

/// Makes the decisions on one migration, and says in each of them of which attempt it speaks.
///
/// @param view what is seen of the migration
record MigrationDecisions(MigrationView view) {

  Decision<MigrationStanding> start(JobRole role, MigrationStanding standing) {
    String backup = view.backupToRestore().map(BackupState::location).orElse(null);
    return new Decision.StartJob<>(
        standing, role, view.jobName(role), role.isReading() ? null : backup);
  }

  /// Waits for a Job that runs, and says what keeps it from running.
  Decision<MigrationStanding> waitFor(JobView job, JobRole role, MigrationStanding standing) {
    Obstacle obstacle = job.obstacle();
    if (obstacle == null) {
      return new Decision.Wait<>(standing, null);
    }
    MigrationStanding named = standing.withMessage(obstacle.reason(), obstacle.message());
    return job.isManifestMissing() ? start(role, named) : new Decision.Wait<>(named, null);
  }

  /// Forgets what ended in an earlier run of the same attempt, a Job at a time.
  Optional<Decision<MigrationStanding>> forgetEnded() {
    return forget((_, _) -> true);
  }

  /// Forgets those that ended, a Job at a time.
  Optional<Decision<MigrationStanding>> forget(BiPredicate<JobRole, JobView> which) {
    return Arrays.stream(JobRole.values())
        .flatMap(
            role -> view.job(role).stream().filter(job -> job.isEnded() && which.test(role, job)))
        .findFirst()
        .map(old -> new Decision.ForgetJob<>(asBefore(), old.name()));
  }

  Decision<MigrationStanding> end(MigrationPhase phase, String reason, Failure failure) {
    return end(phase, reason, failure.message(), failure);
  }

  /// A terminal phase that the status does not hold yet is looked at again once it does: what comes
  /// after it (another desired state, the expiry of Jobs) starts from the written status.
  Decision<MigrationStanding> end(
      MigrationPhase phase, String reason, String message, Failure failure) {
    return new Decision.Wait<>(standing(phase, reason, message, failure), Recheck.SOON);
  }

  /// Whether a rollback of what is applied was refused, and nothing about it has changed.
  boolean isNotRolledBack() {
    return Conditions.reason(view.status().conditions(), Conditions.READY)
        .filter(Reasons.NOT_ROLLED_BACK::equals)
        .isPresent();
  }

  /// Whether it is applied, but not by Godwit.
  boolean isRecorded() {
    return Conditions.reason(view.status().conditions(), Conditions.APPLIED)
        .filter(Reasons.RECORDED::equals)
        .isPresent();
  }

  Decision<MigrationStanding> stay() {
    return new Decision.Wait<>(asBefore(), null);
  }

  /// What the status says already.
  MigrationStanding asBefore() {
    return new MigrationStanding(
        view.status().phase(),
        Attempt.remembered(view.status()),
        Conditions.reason(view.status().conditions(), Conditions.READY).orElse(Reasons.SUCCEEDED),
        view.status().message(),
        view.status().failure());
  }

  MigrationStanding at(MigrationPhase phase, String reason, String message) {
    return standing(phase, reason, message, null);
  }

  MigrationStanding standing(MigrationPhase phase, String reason, String message, Failure failure) {
    return new MigrationStanding(phase, view.attempt(), reason, message, failure);
  }
}
