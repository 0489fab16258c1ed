package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What tells whether Godwit wrote something after a backup began.
class RunPositionMongoIT {

  private MongoDatabase database;

  @BeforeEach
  void seed() {
    database = MongoServer.newDatabase();
    database
        .getCollection("users", BsonDocument.class)
        .insertOne(BsonDocument.parse("{_id: 1, visits: 1}"));
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  private static Changelog version(String version) {
    return Migrations.changelog(
        """
        version: "%s"
        steps:
        - name: visits
          update: {collection: users, update: '{ $inc: { visits: 1 } }'}
        """
            .formatted(version));
  }

  private String position() {
    return RunPosition.read(database).orElseThrow();
  }

  @Test
  void staysWhileOnlyApplicationsWrite() {
    Migrations.apply(database, version("1"));
    String before = position();
    database.getCollection("users").deleteMany(new BsonDocument());
    assertThat(position()).isEqualTo(before);
    new PlanRun(database, version("2")).run();
    assertThat(position()).as("a plan writes nothing").isEqualTo(before);
  }

  @Test
  void movesWithEveryRunThatTookTheLock() {
    String never = position();
    assertThat(Snapshots.ownCollections(database)).as("looking writes nothing").isEmpty();
    Migrations.apply(database, version("1"));
    String once = position();
    assertThat(once).isNotEqualTo(never);
    Migrations.apply(database, version("1"));
    assertThat(position()).as("also with one that found nothing to do").isNotEqualTo(once);
  }

  @Test
  void isNotToldWhileARunHoldsTheLock() {
    Optional<String> during =
        new LockedRun(Migrations.environment(database))
            .run((history, lease) -> RunPosition.read(database));
    assertThat(during).isEmpty();
    assertThat(RunPosition.read(database)).isPresent();
  }

  @Test
  void aPlanTellsPositionAndSize() {
    RunResult planned = new PlanRun(database, version("1")).run();
    assertThat(planned.plan().position()).isEqualTo(position());
    assertThat(planned.plan().bytes()).isPositive();
  }

  @Test
  void nothingIsBegunWhenAnotherVersionRanAfterTheBackup() {
    Migrations.apply(database, version("1"));
    String backup = position();
    Migrations.apply(database, version("2"));
    Map<String, String> before = Snapshots.of(database);

    RunException refused =
        catchThrowableOfType(
            RunException.class,
            () ->
                new ApplyRun(Migrations.environment(database), version("3"))
                    .sinceBackup(backup)
                    .run());

    assertThat(refused.verdict()).isEqualTo(Verdict.Refused);
    assertThat(refused.failure().reason()).isEqualTo("BackupOutdated");
    assertThat(refused.failure().message()).contains("version 2", "nothing was changed", "retry");
    assertThat(Snapshots.of(database)).isEqualTo(before);
    RunResult again =
        new ApplyRun(Migrations.environment(database), version("3")).sinceBackup(position()).run();
    assertThat(again.verdict()).isEqualTo(Verdict.Applied);
  }

  @Test
  void aRunThatIsRepeatedIsNotRefusedForItsOwnEvents() {
    String backup = position();
    Changelog changelog = version("1");
    for (int time = 0; time < 2; time++) {
      assertThat(
              new ApplyRun(Migrations.environment(database), changelog)
                  .sinceBackup(backup)
                  .run()
                  .verdict())
          .isEqualTo(Verdict.Applied);
    }
  }
}
