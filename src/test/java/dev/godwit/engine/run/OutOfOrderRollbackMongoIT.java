package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.changelog.Baseline;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutOfOrderRollbackMongoIT {

  private static final String LATE =
      """
      version: "005"
      outOfOrder: Allow
      steps:
      - {name: audit, createCollection: {collection: audit}}
      - {name: visits, update: {collection: users, update: '{ $inc: { visits: 1 } }'}}
      - {name: unique, createIndexes: {collection: users, indexes: [{keys: [visits], unique: true}]}}
      """;
  private static final String LATE_UNVERIFIED =
      LATE.replace(", unique: true", "")
          + "verify: {checks: [{name: none, count: {collection: users, equals: 0}}]}\n";
  private static final String STAYS = "rollback: {onFailure: None}\n";
  private static final String NEXT =
      """
      version: "006"
      steps:
      - {name: rename, renameField: {collection: users, from: name, to: fullName}}
      - {name: again, update: {collection: users, update: '{ $inc: { visits: 10 } }'}}
      """;

  private MongoDatabase database;
  private MongoCollection<BsonDocument> users;

  @BeforeEach
  void seed() {
    database = MongoServer.newDatabase();
    users = database.getCollection("users", BsonDocument.class);
    users.insertMany(
        List.of(
            BsonDocument.parse("{_id: 1, name: 'a', visits: 1}"),
            BsonDocument.parse("{_id: 2, name: 'b', visits: 1}")));
  }

  @Test
  void aFailedStepOfALateVersionIsTakenBackUnderWhatWasAppliedBefore() {
    applied(NEXT);
    Map<String, String> before = Snapshots.of(database);
    failed(LATE, Verdict.StepFailed);

    RunResult back = Migrations.rollback(database, Migrations.changelog(LATE));

    assertThat(back.failure()).isNull();
    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void aFailedVerificationOfALateVersionIsTakenBackUnderWhatWasAppliedBefore() {
    applied(NEXT);
    Map<String, String> before = Snapshots.of(database);
    failed(LATE_UNVERIFIED, Verdict.VerificationFailed);

    RunResult back = Migrations.rollback(database, Migrations.changelog(LATE_UNVERIFIED));

    assertThat(back.failure()).isNull();
    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void aVersionThatWasRecordedBeforeIsNotInTheWay() {
    recorded("007");
    Map<String, String> before = Snapshots.of(database);
    failed(LATE, Verdict.StepFailed);

    RunResult back = Migrations.rollback(database, Migrations.changelog(LATE));

    assertThat(back.failure()).isNull();
    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void aSecondAttemptIsTakenBackUnderWhatCameBetweenTheTwo() {
    failed(LATE, Verdict.StepFailed);
    Migrations.rollback(database, Migrations.changelog(LATE));
    applied(NEXT);
    Map<String, String> before = Snapshots.of(database);
    failed(LATE + "retry: 1\n", Verdict.StepFailed);

    RunResult back = Migrations.rollback(database, Migrations.changelog(LATE + "retry: 1\n"));

    assertThat(back.failure()).isNull();
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void aVerifiedLateVersionStaysUnderLaterOnes() {
    String late = LATE.replace(", unique: true", "");
    applied(NEXT);
    applied(late);

    refusesToTakeBack(late, "006", Verdict.Refused);
  }

  @Test
  void whatBeganAfterAFailureIsInTheWay() {
    failed(STAYS + LATE, Verdict.FailedChangesStay);
    applied(NEXT);

    refusesToTakeBack(STAYS + LATE, "006", Verdict.RollbackFailed);
  }

  @Test
  void whatWasRecordedAfterAFailureIsInTheWay() {
    failed(STAYS + LATE, Verdict.FailedChangesStay);
    recorded("007");

    refusesToTakeBack(STAYS + LATE, "007", Verdict.RollbackFailed);
  }

  @Test
  void whatBeganBeforeAndWentOnAfterIsInTheWay() {
    String next =
        NEXT
            + "- {name: i, createIndexes: {collection: users, indexes: [{keys: [k], unique: true}]}}\n";
    users.updateMany(new BsonDocument(), BsonDocument.parse("{$set: {k: 1}}"));
    failed(STAYS + next, Verdict.FailedChangesStay);
    failed(STAYS + LATE, Verdict.FailedChangesStay);
    users.updateOne(BsonDocument.parse("{_id: 2}"), BsonDocument.parse("{$set: {k: 2}}"));
    applied(STAYS + next + "retry: 1\n");

    refusesToTakeBack(STAYS + LATE, "006", Verdict.RollbackFailed);
  }

  private void refusesToTakeBack(String spec, String successor, Verdict verdict) {
    Map<String, String> before = Snapshots.of(database);

    RunResult back = Migrations.rollback(database, Migrations.changelog(spec));

    assertThat(back.verdict()).isEqualTo(verdict);
    assertThat(back.failure().reason()).isEqualTo("SuccessorsApplied");
    assertThat(back.failure().message()).contains("on top of 005: " + successor + ";");
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  private void applied(String spec) {
    RunResult result = Migrations.apply(database, Migrations.changelog(spec));
    assertThat(result.failure()).isNull();
    assertThat(result.verdict()).isEqualTo(Verdict.Applied);
  }

  private void failed(String spec, Verdict verdict) {
    Changelog changelog = Migrations.changelog(spec);
    assertThat(Migrations.apply(database, changelog).verdict()).isEqualTo(verdict);
  }

  private void recorded(String version) {
    Baseline baseline =
        Baseline.of(
            Migrations.changelog(
                "{version: '%s', steps: [{name: a, createCollection: {collection: c}}]}"
                    .formatted(version)));
    new BaselineRun(Migrations.environment(database), List.of(baseline)).run();
  }
}
