package dev.godwit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever goes wrong at a write of the operator, the story ends as it has to: [Oracle]. The whole
/// takes half an hour; `make test` plays a choice of it.
///
/// `-Dgodwit.faults=all` plays everything, `-Dgodwit.fault="Story Fault KIND resource #n"` one
/// trial; `-Dgodwit.fault.seed` makes the same choice again.
class OperatorFaultIT {

  private static final int LANES = Integer.getInteger("godwit.fault.lanes", 4);

  @Test
  void everyStoryEndsAsItHasTo() throws InterruptedException {
    long seed = Long.getLong("godwit.fault.seed", new Random().nextInt(1_000_000));
    System.out.printf("faults from seed %d%n", seed);
    FaultSuite suite = new FaultSuite(seed, LANES, stories());
    String one = System.getProperty("godwit.fault");
    FaultSuite.Report report;
    if (one != null) {
      report = suite.play(List.of(trial(one)));
    } else {
      report = "all".equals(System.getProperty("godwit.faults")) ? suite.all() : suite.sample();
    }
    System.out.println(report);
    assertThat(report.failed()).as("%s", report).isEmpty();
  }

  /// What the suite found: each of these failed once.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Success Conflict POST jobs #2",
        "Success Conflict POST jobs #3",
        "FailedVerification Conflict POST jobs #4",
        "FailedVerification HoldWatches POST jobs #4",
        "FailedVerification KillAndStaleLists PATCH jobs #2",
        "Success KillAndLateWrite PATCH mongomigrations/status #1",
        "Suspended KillAfter PATCH jobs #1",
        "Deleted KillAndLateWrite POST jobs #3",
        "WantedRollback KillAndStaleLists PATCH mongomigrations/status #6",
        "Deleted KillAndStaleLists PATCH mongomigrations #2"
      })
  void whatWasFoundStaysMended(String one) throws InterruptedException {
    assertThat(trial(one).run(Stage.newNamespace()).problems()).isEmpty();
  }

  /// A namespace is played in again: a killed operator's write that is still on its way would be
  /// taken for one of the next story's operator.
  @Test
  void nothingOfATrialGetsIntoTheNext() throws InterruptedException {
    FaultSuite suite = new FaultSuite(0, 1, List.of());
    FaultSuite.Report report =
        suite.play(
            List.of(
                trial("Success KillAndLateWrite POST mongobackups #1"),
                Trial.undisturbed(Story.FailedVerification)));
    assertThat(report.failed()).as("%s", report).isEmpty();
  }

  /// What an undisturbed success costs: 1 finalizer, 3 Jobs and 1 ConfigMap, 1 MongoBackup, 1 TTL,
  /// 4 statuses of the migration, 2 of the backup, 3 events.
  @Test
  void aSuccessMakesFewWrites() throws InterruptedException {
    String namespace = Stage.newNamespace();
    Settings likeShipped =
        new Settings(Settings.DEFAULT.image(), Duration.ofMinutes(10), Duration.ofMinutes(1));
    try (Stage stage = Stage.in(namespace, Story.Success.database());
        Operators operators = Operators.with(namespace, likeShipped, Clock.systemUTC())) {
      stage.create();
      assertThat(Trial.play(stage, Story.Success, operators)).isEmpty();
      assertThat(operators.writes()).hasSizeLessThanOrEqualTo(16);
      assertThat(stage.events())
          .extracting(Event::getReason)
          .contains("PlanReady", "MigrationStarted", "MigrationSucceeded");
    }
  }

  private static List<Story> stories() {
    String some = System.getProperty("godwit.fault.stories");
    return some == null
        ? List.of(Story.values())
        : Arrays.stream(some.split(",")).map(Story::valueOf).toList();
  }

  private static Trial trial(String one) {
    String[] words = one.split(" ", 3);
    return new Trial(
        Story.valueOf(words[0]), Fault.valueOf(words[1]), words[2], LiveOperator.NO_RETRIES);
  }
}
