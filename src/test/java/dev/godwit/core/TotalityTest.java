package dev.godwit.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.DesiredState;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Every phase, with every Job that ended with every verdict or none, has a decision, and it is one
/// that the table of phases knows.
class TotalityTest {

  private static final List<Verdict> VERDICTS = new ArrayList<>(List.of(Verdict.values()));

  static {
    VERDICTS.add(null);
  }

  @Test
  void everyPhaseHasADecisionForEveryVerdictAndKeepsToItsExits() {
    Map<MigrationPhase, Set<MigrationPhase>> reached = new EnumMap<>(MigrationPhase.class);
    for (MigrationPhase phase : MigrationPhase.values()) {
      reached.put(phase, EnumSet.noneOf(MigrationPhase.class));
      for (DesiredState desired : DesiredState.values()) {
        for (JobRole role : List.of(JobRole.values()).subList(0, 6)) {
          for (Verdict verdict : VERDICTS) {
            World world = at(phase, desired, role, verdict);
            Decision<MigrationStanding> decision = MigrationDecider.decide(world.view());
            MigrationPhase next = decision.standing().phase();
            if (next != phase) {
              assertThat(phase.exits())
                  .as("%s, wanted %s, %s said %s", phase, desired, role, verdict)
                  .contains(next);
              if (desired != DesiredState.Baselined) {
                reached.get(phase).add(next);
              }
            }
            assertThat(MigrationStatusProjection.project(world.view(), decision).phase())
                .isEqualTo(next);
          }
        }
      }
    }
    assertThat(reached.get(MigrationPhase.Planning)).isNotEmpty();
    assertThat(reached.get(MigrationPhase.RollbackFailed))
        .as("without a retry a failed rollback is left alone")
        .isEmpty();
  }

  @Test
  void noPhaseIsWithoutAnExit() {
    for (MigrationPhase phase : MigrationPhase.values()) {
      assertThat(phase.exits()).isNotEmpty().doesNotContain(phase);
    }
  }

  private static World at(
      MigrationPhase phase, DesiredState desired, JobRole role, Verdict verdict) {
    World world = new World();
    world.step();
    world.jobs.clear();
    world.wants(desired);
    MongoMigrationStatus old = world.status;
    world.status =
        new MongoMigrationStatus(
            1L,
            phase,
            old.conditions(),
            1,
            null,
            old.specHash(),
            0,
            "shop",
            old.startTime(),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            "message",
            old.phases(),
            null,
            null);
    String name = world.view().jobName(role);
    world.jobs.put(
        name,
        new JobView(
            name,
            !role.isReading(),
            JobView.State.Ended,
            false,
            world.now,
            world.now,
            verdict == null ? "BackoffLimitExceeded: too many" : null,
            verdict == null ? null : World.result(verdict),
            null,
            null,
            false,
            null));
    return world;
  }
}
