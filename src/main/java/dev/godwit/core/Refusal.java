package dev.godwit.core;

import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.RestorePhase;
import java.time.Duration;
import java.time.Instant;

/// The API server refuses what was decided: a quota, a policy, a missing right. The resource stays
/// where it was and says why; the same is tried again later.
public final class Refusal {

  static final String REASON = "RefusedByCluster";

  private static final Duration LATER = Duration.ofSeconds(15);

  private Refusal() {}

  public static Decision<MigrationStanding> of(
      MigrationView view, Decision<MigrationStanding> decision, String why) {
    MigrationPhase phase = view.remembered() == null ? MigrationPhase.Pending : view.remembered();
    MigrationStanding standing = decision.standing();
    return new Decision.Wait<>(
        new MigrationStanding(phase, standing.attempt(), REASON, message(why), standing.failure()),
        LATER);
  }

  public static Decision<BackupStanding> of(
      BackupView view, Decision<BackupStanding> decision, String why) {
    BackupPhase phase = view.status().phase() == null ? BackupPhase.Pending : view.status().phase();
    return new Decision.Wait<>(new BackupStanding(phase, REASON, message(why), null, null), LATER);
  }

  public static Decision<RestoreStanding> of(
      RestoreView view, Decision<RestoreStanding> decision, String why) {
    RestorePhase phase =
        view.status().phase() == null ? RestorePhase.Pending : view.status().phase();
    return new Decision.Wait<>(
        new RestoreStanding(phase, REASON, message(why), decision.standing().source(), null, null),
        LATER);
  }

  public static Decision<ScheduleStanding> of(
      ScheduleView view, Decision<ScheduleStanding> decision, String why) {
    Instant before =
        view.status().lastScheduleTime() == null
            ? null
            : Instant.parse(view.status().lastScheduleTime());
    return new Decision.Wait<>(
        new ScheduleStanding(
            decision.standing().phase(),
            REASON,
            message(why),
            before,
            false,
            view.status().verification()),
        LATER);
  }

  private static String message(String why) {
    return "the cluster refuses what is needed next, it is tried again: " + why;
  }
}
