package dev.godwit.core;

import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.RestorePhase;
import java.time.Duration;
import java.time.Instant;

/// Why what was decided is not done now. The resource stays where it was and says why; the same is
/// tried again later.
///
/// @param reason of the conditions
/// @param message for people
/// @param again when it is tried again
public record Hold(String reason, String message, Duration again) {

  /// The API server refuses it: a quota, a policy, a missing right.
  public static Hold refused(String why) {
    return new Hold(
        "RefusedByCluster",
        "the cluster refuses what is needed next, it is tried again: " + why,
        Duration.ofSeconds(15));
  }

  /// As many are at work as may be.
  public static Hold crowded(int most) {
    return new Hold(
        Reasons.WAITING_FOR_CAPACITY,
        "%d are at work, as many as runner.maxConcurrentJobs lets; it begins when one of them ends"
            .formatted(most),
        Duration.ofSeconds(10));
  }

  public Decision<MigrationStanding> on(MigrationView view, Decision<MigrationStanding> decision) {
    MigrationPhase phase = view.remembered() == null ? MigrationPhase.Pending : view.remembered();
    MigrationStanding standing = decision.standing();
    return new Decision.Wait<>(
        new MigrationStanding(phase, standing.attempt(), reason, message, standing.failure()),
        again);
  }

  public Decision<BackupStanding> on(BackupView view, Decision<BackupStanding> decision) {
    BackupPhase phase = view.status().phase() == null ? BackupPhase.Pending : view.status().phase();
    return new Decision.Wait<>(new BackupStanding(phase, reason, message, null, null), again);
  }

  public Decision<RestoreStanding> on(RestoreView view, Decision<RestoreStanding> decision) {
    RestorePhase phase =
        view.status().phase() == null ? RestorePhase.Pending : view.status().phase();
    return new Decision.Wait<>(
        new RestoreStanding(phase, reason, message, decision.standing().source(), null, null),
        again);
  }

  public Decision<ScheduleStanding> on(ScheduleView view, Decision<ScheduleStanding> decision) {
    Instant before =
        view.status().lastScheduleTime() == null
            ? null
            : Instant.parse(view.status().lastScheduleTime());
    return new Decision.Wait<>(
        new ScheduleStanding(
            decision.standing().phase(),
            reason,
            message,
            before,
            false,
            view.status().verification()),
        again);
  }
}
