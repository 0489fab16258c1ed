package dev.godwit.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.DesiredState;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.api.v1alpha1.StepOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MigrationTallyTest {

  private static final List<StepOutcome> OUTCOME =
      List.of(
          new StepOutcome("collection", null, 1L, null, null, null),
          new StepOutcome("lower-case", 1000L, 400L, null, null, null),
          new StepOutcome("index", null, 1L, null, null, null));

  /// Goes on step by step, and notes what is counted.
  private static List<Tally> settle(World world) {
    List<Tally> tallies = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      MigrationView view = world.view();
      world.step();
      tallies.addAll(MigrationTally.of(view, world.status).tallies());
    }
    return tallies;
  }

  private static RunResult with(Verdict verdict, List<StepOutcome> outcome) {
    RunResult plain = World.result(verdict);
    return new RunResult(
        verdict, "shop", 1, "sha256:cd", null, outcome, null, null, null, plain.failure());
  }

  private static RunResult changesStay(String reason) {
    return new RunResult(
        Verdict.FailedChangesStay,
        "shop",
        1,
        "sha256:cd",
        null,
        OUTCOME,
        null,
        null,
        null,
        new Failure(reason, "lower-case", "because"));
  }

  private static Arguments story(
      String name, World world, Consumer<World> then, String... counted) {
    return Arguments.of(name, world, then, List.of(counted));
  }

  static Stream<Arguments> stories() {
    return Stream.of(
        story(
            "succeeds",
            new World().applying(),
            it -> it.ends(JobRole.Apply, with(Verdict.Applied, OUTCOME)),
            "400 Applied",
            "ended Succeeded"),
        story(
            "was applied before",
            new World().settle(),
            it -> it.ends(JobRole.Plan, with(Verdict.Applied, OUTCOME)),
            "ended Succeeded"),
        story(
            "the checks do not hold",
            new World().applying(),
            it -> it.ends(JobRole.Apply, with(Verdict.VerificationFailed, OUTCOME)),
            "400 Applied",
            "verification failed"),
        story(
            "a step fails",
            new World().applying(),
            it -> it.ends(JobRole.Apply, with(Verdict.StepFailed, OUTCOME.subList(0, 1)))),
        story(
            "a lost run is read from the history",
            new World().applying().dies(JobRole.Apply, "DeadlineExceeded").settle(),
            it -> it.ends(JobRole.VerdictAfterApply, with(Verdict.Unfinished, OUTCOME)),
            "400 Applied"),
        story(
            "rolled back",
            new World().rollingBack(),
            it -> it.ends(JobRole.Rollback, with(Verdict.RolledBack, OUTCOME.subList(1, 2))),
            "400 RolledBack",
            "rollback RolledBack",
            "ended RolledBack"),
        story(
            "the rollback fails",
            new World().rollingBack(),
            it -> it.ends(JobRole.Rollback, Verdict.RollbackFailed),
            "rollback RollbackFailed",
            "ended RollbackFailed"),
        story(
            "a wanted rollback",
            new World().succeeded().wants(DesiredState.RolledBack).settle(),
            it -> it.ends(JobRole.Rollback, with(Verdict.RolledBack, OUTCOME)),
            "400 RolledBack",
            "rollback RolledBack",
            "ended RolledBack"),
        story(
            "the checks do not hold and the changes stay",
            new World().onFailure(OnFailure.None).applying(),
            it -> it.ends(JobRole.Apply, changesStay(Reasons.VERIFICATION_FAILED)),
            "400 Applied",
            "verification failed",
            "ended Failed"),
        story(
            "a step fails and the changes stay",
            new World().onFailure(OnFailure.None).applying(),
            it -> it.ends(JobRole.Apply, changesStay(Reasons.STEP_FAILED)),
            "400 Applied",
            "ended Failed"),
        story(
            "refused",
            new World().settle(),
            it -> it.ends(JobRole.Plan, Verdict.Refused),
            "ended Failed"),
        story(
            "the backup fails",
            new World().backingUp(),
            it -> it.backupEnds(BackupPhase.Failed),
            "ended Failed"),
        story("runs", new World().settle(), it -> it.ends(JobRole.Plan, Verdict.Planned)),
        story("stays succeeded", new World().succeeded(), it -> it.waits(Duration.ofHours(1))),
        story(
            "rolled back without a rollback, as nothing was changed",
            new World().settle().ends(JobRole.Plan, Verdict.Refused).settle(),
            it -> it.wants(DesiredState.RolledBack),
            "ended RolledBack"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("stories")
  void countsWhatHappened(String name, World world, Consumer<World> then, List<String> counted) {
    then.accept(world);
    assertThat(settle(world).stream().map(MigrationTallyTest::describe).toList())
        .isEqualTo(counted);
  }

  private static String describe(Tally tally) {
    return switch (tally) {
      case Tally.MigrationEnded end -> "ended " + end.outcome();
      case Tally.RollbackEnded end -> "rollback " + end.outcome();
      case Tally.VerificationFailed _ -> "verification failed";
      case Tally.BackupEnded end -> "backup " + end.outcome();
      case Tally.RestoreEnded end -> "restore " + end.outcome();
      case Tally.Documents done -> done.number() + " " + done.activity();
    };
  }

  @Test
  void aRunTakesFromPendingToItsEnd() {
    World world = new World().applying().waits(Duration.ofMinutes(10));
    world.ends(JobRole.Apply, Verdict.Applied);
    Duration took = took(settle(world));
    assertThat(took).isBetween(Duration.ofMinutes(10), Duration.ofMinutes(11));
  }

  @Test
  void aWantedRollbackTakesFromWhenItBeginsNotFromWhenTheMigrationWasApplied() {
    World world = new World().succeeded().waits(Duration.ofDays(30));
    world.wants(DesiredState.RolledBack).settle().waits(Duration.ofMinutes(2));
    world.ends(JobRole.Rollback, Verdict.RolledBack);
    assertThat(took(settle(world))).isBetween(Duration.ofMinutes(2), Duration.ofMinutes(3));
  }

  @Test
  void waitingForItsTurnIsNotCountedIn() {
    World world = new World();
    world.neighbours.add(
        new Neighbour(
            "shop-003", "003", World.START, MigrationPhase.Applying, DesiredState.Applied));
    world.settle().waits(Duration.ofDays(1));
    assertThat(world.phase()).isEqualTo(MigrationPhase.Pending);
    world.neighbours.clear();
    world.settle().ends(JobRole.Plan, Verdict.Applied);
    assertThat(took(settle(world))).isLessThan(Duration.ofHours(1));
  }

  private static Duration took(List<Tally> tallies) {
    return tallies.stream()
        .filter(Tally.MigrationEnded.class::isInstance)
        .map(it -> ((Tally.MigrationEnded) it).took())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void tellingItAgainGivesTheSameKeyAndARetryAnother() {
    World world = new World().rollingBack();
    world.ends(JobRole.Rollback, Verdict.RollbackFailed);
    MigrationView view = world.view();
    MongoMigrationStatus after =
        MigrationStatusProjection.project(view, MigrationDecider.decide(view));
    Transition once = MigrationTally.of(view, after);
    world.waits(Duration.ofSeconds(7));
    MigrationView later = world.view();
    Transition again =
        MigrationTally.of(
            later, MigrationStatusProjection.project(later, MigrationDecider.decide(later)));
    assertThat(again.place() + again.since()).isEqualTo(once.place() + once.since());

    world.settle().retries(1).settle().ends(JobRole.Rollback, Verdict.RollbackFailed);
    MigrationView retried = world.view();
    Transition other =
        MigrationTally.of(
            retried, MigrationStatusProjection.project(retried, MigrationDecider.decide(retried)));
    assertThat(other.tallies()).hasSize(2);
    assertThat(other.place()).isNotEqualTo(once.place());
  }
}
