package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApplyRollbackMongoIT {

  private static final String WHOLE =
      """
      version: "001"
      preconditions:
      - {name: has-users, count: {collection: users, min: 1}}
      steps:
      - name: audit
        createCollection: {collection: audit}
      - name: lower-case
        update:
          collection: users
          filter: '{ email: { $type: "string" } }'
          update: '[ { $set: { email: { $toLower: "$email" } } }, { $unset: "legacy" } ]'
      - name: visits
        update: {collection: users, update: '{ $inc: { visits: 1 }, $set: { "profile.seen": true } }'}
      - name: index
        createIndexes:
          collection: users
          indexes: [{keys: [email]}, {keys: ["-visits", email]}]
      - name: roles
        insert:
          collection: roles
          documents: ['{ name: "admin", rights: ["*"] }', '{ _id: "staff", rights: [] }']
      verify:
        checks:
        - {name: no-upper-case, noDocuments: {collection: users, filter: '{ email: { $regex: "[A-Z]" } }'}}
        - {name: nothing-lost, countUnchanged: {collection: users}}
        - {name: roles, count: {collection: roles, equals: 2}}
        - {name: indexed, indexExists: {collection: users, keys: [email]}}
      batches: {size: 100}
      """;

  private MongoDatabase database;
  private MongoCollection<BsonDocument> users;

  @BeforeEach
  void seed() {
    database = MongoServer.newDatabase();
    users = database.getCollection("users", BsonDocument.class);
    List<BsonDocument> documents = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      documents.add(
          BsonDocument.parse(
              "{_id: %s, legacy: %d, email: 'User%d@Example.com', visits: %d, tags: ['a', {b: 1}]}"
                  .formatted(
                      i % 3 == 0 ? "'k" + i + "'" : i % 3 == 1 ? i : "{z: " + i + "}", i, i, i)));
    }
    users.insertMany(documents);
  }

  @Test
  void appliesVerifiesAndTakesBackByteForByte() {
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog = Migrations.changelog(WHOLE);

    RunResult applied = Migrations.apply(database, changelog);

    assertThat(applied.failure()).isNull();
    assertThat(applied.verdict()).isEqualTo(Verdict.Applied);
    assertThat(applied.outcome()).hasSize(5);
    assertThat(users.countDocuments(BsonDocument.parse("{email: /[A-Z]/}"))).isZero();
    assertThat(users.find(BsonDocument.parse("{_id: 1}")).first())
        .isEqualTo(
            BsonDocument.parse(
                "{_id: 1, email: 'user1@example.com', visits: 2, tags: ['a', {b: 1}], profile: {seen: true}}"));

    assertThat(Migrations.apply(database, changelog).verdict()).isEqualTo(Verdict.Applied);
    assertThat(users.find(BsonDocument.parse("{_id: 1}")).first().getInt32("visits").getValue())
        .as("a second run does nothing")
        .isEqualTo(2);

    RunResult back = Migrations.rollback(database, changelog);

    assertThat(back.failure()).isNull();
    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
    assertThat(Snapshots.ownCollections(database))
        .containsExactly("_godwit_history", "_godwit_lock");
    assertThat(Migrations.apply(database, changelog).verdict())
        .as("a rolled-back version stays so until retry is raised")
        .isEqualTo(Verdict.RolledBack);
    assertThat(Migrations.apply(database, Migrations.changelog(WHOLE + "retry: 1\n")).verdict())
        .isEqualTo(Verdict.Applied);
  }

  @Test
  void takesBackAfterFailedVerification() {
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog = Migrations.changelog(WHOLE.replace("equals: 2", "equals: 3"));

    RunResult failed = Migrations.apply(database, changelog);

    assertThat(failed.verdict()).isEqualTo(Verdict.VerificationFailed);
    assertThat(failed.failure().step()).isEqualTo("roles");
    assertThat(failed.failure().message()).contains("has 2 documents", "exactly 3");
    assertThat(new VerdictRun(database, changelog).run().verdict()).isEqualTo(Verdict.Unfinished);
    assertThat(Migrations.rollback(database, changelog).verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void takesBackAfterAStepInTheMiddleFailed() {
    users.insertMany(
        List.of(
            BsonDocument.parse("{_id: 'd1', email: 'Same@x.org'}"),
            BsonDocument.parse("{_id: 'd2', email: 'same@x.org'}")));
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog =
        Migrations.changelog(WHOLE.replace("[{keys: [email]}", "[{keys: [email], unique: true}"));

    RunResult failed = Migrations.apply(database, changelog);

    assertThat(failed.verdict()).isEqualTo(Verdict.StepFailed);
    assertThat(failed.failure().step()).isEqualTo("index");
    assertThat(Migrations.apply(database, changelog).verdict())
        .as("a repeated run tells the same")
        .isEqualTo(Verdict.StepFailed);
    assertThat(Migrations.rollback(database, changelog).verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void keepsWhatTheApplicationChangedSince() {
    Changelog changelog = Migrations.changelog(WHOLE);
    Migrations.apply(database, changelog);
    users.updateOne(
        BsonDocument.parse("{_id: 1}"), BsonDocument.parse("{$set: {email: 'newer', extra: 1}}"));
    users.updateOne(
        BsonDocument.parse("{_id: 4}"), BsonDocument.parse("{$set: {'profile.theme': 'dark'}}"));
    users.insertOne(BsonDocument.parse("{_id: 'late', email: 'LATE'}"));

    RunResult back = Migrations.rollback(database, changelog);

    assertThat(back.failure()).isNull();
    assertThat(users.find(BsonDocument.parse("{_id: 1}")).first())
        .isEqualTo(
            BsonDocument.parse(
                "{_id: 1, legacy: 1, email: 'newer', visits: 1, tags: ['a', {b: 1}], extra: 1}"));
    assertThat(users.find(BsonDocument.parse("{_id: 'late'}")).first())
        .isEqualTo(BsonDocument.parse("{_id: 'late', email: 'LATE'}"));
    assertThat(
            back.outcome().stream().mapToLong(o -> o.conflicts() == null ? 0 : o.conflicts()).sum())
        .isEqualTo(1);
    assertThat(users.find(BsonDocument.parse("{_id: 4}")).first().getDocument("profile"))
        .isEqualTo(BsonDocument.parse("{theme: 'dark'}"));
  }

  @Test
  void refusesBeforeAnythingIsTouched() {
    Map<String, String> before = Snapshots.of(database);
    record Case(String from, String to, String path) {}
    List<Case> cases =
        List.of(
            new Case("min: 1}", "min: 1000}", "spec.preconditions[0]"),
            new Case(
                "collection: users\n    indexes",
                "collection: nobody\n    indexes",
                "spec.steps[3].createIndexes.collection"),
            new Case(
                "$toLower: \"$email\"", "$toLowest: \"$email\"", "spec.steps[1].update.update"));
    for (Case one : cases) {
      assertThat(WHOLE).contains(one.from());
      Changelog changelog = Migrations.changelog(WHOLE.replace(one.from(), one.to()));
      assertThatThrownBy(() -> Migrations.apply(database, changelog))
          .isInstanceOfSatisfying(
              RunException.class,
              refused -> {
                assertThat(refused.verdict()).isEqualTo(Verdict.Refused);
                assertThat(refused.getMessage()).startsWith(one.path());
              });
      assertThat(Snapshots.of(database)).isEqualTo(before);
    }
  }

  @Test
  void planWritesNothingAtAll() {
    RunResult plan = new PlanRun(database, Migrations.changelog(WHOLE)).run();

    assertThat(plan.verdict()).isEqualTo(Verdict.Planned);
    assertThat(plan.plan().collections()).containsExactly("audit", "roles", "users");
    assertThat(plan.plan().missing()).containsExactly("audit", "roles");
    assertThat(plan.plan().destructive()).isTrue();
    assertThat(Snapshots.ownCollections(database)).isEmpty();
  }

  @Test
  void refusesOtherStepsUnderAnAppliedVersion() {
    Migrations.apply(database, Migrations.changelog(WHOLE));

    assertThatThrownBy(
            () ->
                Migrations.apply(
                    database, Migrations.changelog(WHOLE.replace("visits: 1 }", "visits: 2 }"))))
        .hasMessageContaining("spec.steps")
        .hasMessageContaining("other steps");
    assertThatThrownBy(
            () ->
                new VerdictRun(
                        database, Migrations.changelog(WHOLE.replace("visits: 1 }", "visits: 2 }")))
                    .run())
        .as("never that nothing was changed: the version is applied")
        .isInstanceOfSatisfying(
            RunException.class, refused -> assertThat(refused.verdict()).isEqualTo(Verdict.Refused))
        .hasMessageContaining("applied with other steps");
  }

  @Test
  void aCheckThatCannotBeMadeDoesNotHold() {
    String none = "rollback: {onFailure: None}\n";
    Migrations.apply(
        database, Migrations.changelog(none + WHOLE.replace("equals: 2", "equals: 3")));

    RunResult again =
        Migrations.apply(
            database,
            Migrations.changelog(
                none
                    + "retry: 1\n"
                    + WHOLE.replace(
                        "roles, count: {collection: roles, equals: 2}",
                        "roles, countUnchanged: {collection: roles}")));

    assertThat(again.verdict()).isEqualTo(Verdict.FailedChangesStay);
    assertThat(again.failure().message()).contains("was not counted");
  }

  @Test
  void refusesToTakeBackBelowAnAppliedSuccessor() {
    Changelog first = Migrations.changelog(WHOLE);
    Migrations.apply(database, first);
    Changelog second =
        Migrations.changelog(
            "{version: '002', steps: [{name: s, update: {collection: users, update: '{ $inc: { visits: 1 } }'}}]}");
    Migrations.apply(database, second);

    RunResult refused = Migrations.rollback(database, first);

    assertThat(refused.verdict()).isEqualTo(Verdict.Refused);
    assertThat(refused.failure().message()).contains("002");
    assertThat(Migrations.rollback(database, second).verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Migrations.rollback(database, first).verdict()).isEqualTo(Verdict.RolledBack);
  }
}
