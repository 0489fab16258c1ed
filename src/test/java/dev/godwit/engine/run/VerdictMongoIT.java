package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.VersionState;
import dev.godwit.testing.MongoServer;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VerdictMongoIT {

  private static final String STEP_FAILS =
      """
      version: "001"
      steps:
      - {name: visits, update: {collection: users, update: '{ $inc: { visits: 1 } }'}}
      - {name: unique, createIndexes: {collection: users, indexes: [{keys: [visits], unique: true}]}}
      """;
  private static final String CHECK_FAILS =
      STEP_FAILS.replace(", unique: true", "")
          + "verify: {checks: [{name: empty, count: {collection: users, equals: 0}}]}\n";

  private MongoDatabase database;
  private MongoCollection<BsonDocument> users;

  @BeforeEach
  void seed() {
    database = MongoServer.newDatabase();
    users = database.getCollection("users", BsonDocument.class);
    users.insertMany(
        List.of(
            BsonDocument.parse("{_id: 1, visits: 1}"), BsonDocument.parse("{_id: 2, visits: 1}")));
  }

  @Test
  void tellsWhichStepFailedAsTheRunItselfDid() {
    RunResult run = apply(STEP_FAILS);

    RunResult read = verdict(STEP_FAILS);

    assertThat(run.verdict()).isEqualTo(Verdict.StepFailed);
    assertThat(read.verdict()).isEqualTo(Verdict.Unfinished);
    assertThat(read.failure()).isEqualTo(run.failure());
    assertThat(read.failure().step()).isEqualTo("unique");
  }

  @Test
  void tellsWhichCheckFailedAsTheRunItselfDid() {
    RunResult run = apply(CHECK_FAILS);

    RunResult read = verdict(CHECK_FAILS);

    assertThat(run.verdict()).isEqualTo(Verdict.VerificationFailed);
    assertThat(read.verdict()).isEqualTo(Verdict.Unfinished);
    assertThat(read.failure()).isEqualTo(run.failure());
    assertThat(read.failure().reason()).isEqualTo("VerificationFailed");
    assertThat(read.failure().step()).isEqualTo("empty");
  }

  @Test
  void tellsTheFailureAlsoWhenItsRollbackWasLost() {
    Failure failure = apply(STEP_FAILS).failure();
    append(STEP_FAILS, EventType.RollbackStarted);

    RunResult read = verdict(STEP_FAILS);

    assertThat(read.verdict()).isEqualTo(Verdict.Unfinished);
    assertThat(read.failure()).isEqualTo(failure);
  }

  @Test
  void tellsWhyARollbackFailed() {
    apply(STEP_FAILS);
    database
        .listCollectionNames()
        .forEach(
            name -> {
              if (name.startsWith("_godwit_undo")) {
                database.getCollection(name).drop();
              }
            });
    RunResult run = Migrations.rollback(database, Migrations.changelog(STEP_FAILS));

    RunResult read = verdict(STEP_FAILS);

    assertThat(run.verdict()).isEqualTo(Verdict.RollbackFailed);
    assertThat(read.verdict()).isEqualTo(Verdict.RollbackFailed);
    assertThat(read.failure()).isEqualTo(run.failure());
  }

  @Test
  void tellsNoFailureOfARunBefore() {
    apply(STEP_FAILS);

    RunResult raised = verdict(STEP_FAILS + "retry: 1\n");
    assertThat(raised.verdict()).isEqualTo(Verdict.Unfinished);
    assertThat(raised.failure()).isNull();

    RunResult others = verdict(STEP_FAILS.replace("visits: 1 }", "visits: 2 }"));
    assertThat(others.verdict()).isEqualTo(Verdict.Unfinished);
    assertThat(others.failure()).isNull();
  }

  @Test
  void tellsNoFailureOnceItWentOn() {
    apply(CHECK_FAILS);
    users.deleteMany(new BsonDocument());
    assertThat(apply(CHECK_FAILS + "retry: 1\n").verdict()).isEqualTo(Verdict.Applied);

    assertThat(verdict(CHECK_FAILS + "retry: 1\n").failure()).isNull();

    append(CHECK_FAILS + "retry: 1\n", EventType.RollbackStarted);
    RunResult rollingBack = verdict(CHECK_FAILS + "retry: 1\n");
    assertThat(rollingBack.verdict()).isEqualTo(Verdict.Unfinished);
    assertThat(rollingBack.failure()).isNull();
  }

  private RunResult apply(String spec) {
    return Migrations.apply(database, Migrations.changelog(spec));
  }

  private RunResult verdict(String spec) {
    return new VerdictRun(database, Migrations.changelog(spec)).run();
  }

  /// What a run wrote that was lost right after.
  private void append(String spec, EventType event) {
    Changelog changelog = Migrations.changelog(spec);
    new LockedRun(Migrations.environment(database))
        .run(
            (history, _) -> {
              VersionState state = history.state().of(changelog.version()).orElseThrow();
              history.append(
                  event,
                  new Attempt(
                      state.version(), state.attempt(), state.checksum(), changelog.retry()),
                  null,
                  null,
                  new BsonDocument());
              return RunResult.of(Verdict.Interrupted, null);
            });
  }
}
