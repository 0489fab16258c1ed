package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.RunException;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeleteMongoIT {

  private static final String BY_FILTER =
      """
      version: "1"
      steps: [{name: old, delete: {collection: users, filter: '{ n: { $lt: 5 } }'}}]
      """;

  /// Keeps the smallest `_id` of each mail.
  private static final String DUPLICATES =
      """
      version: "1"
      steps:
      - name: duplicates
        delete:
          collection: users
          pipeline: '[ { $sort: { _id: 1 } }, { $group: { _id: "$mail", keep: { $first: "$_id" }, all: { $push: "$_id" } } }, { $unwind: "$all" }, { $match: { $expr: { $ne: ["$all", "$keep"] } } }, { $project: { _id: "$all" } } ]'
      verify:
        checks:
        - {name: one-each, unique: {collection: users, fields: [mail]}}
        - {name: nothing-else-lost, countUnchanged: {collection: users}}
      batches: {size: 7}
      """;

  private MongoDatabase database;
  private MongoCollection<BsonDocument> users;

  @BeforeEach
  void seed() {
    database = MongoServer.newDatabase();
    users = database.getCollection("users", BsonDocument.class);
    List<BsonDocument> documents = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      documents.add(
          BsonDocument.parse(
              "{_id: %d, z: {b: %d, a: NaN}, n: %d, mail: 'm%d', a: [1, null, {x: NumberDecimal('1.10')}]}"
                  .formatted(i, i, i, i % 20)));
    }
    users.insertMany(documents);
  }

  @Test
  void deletesWhatMatchesAndInsertsItAgainToTheByte() {
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog =
        Migrations.changelog(
            BY_FILTER
                + "verify: {checks: [{name: same, countUnchanged: {collection: users}}]}\n"
                + "batches: {size: 2}\n");

    RunResult applied = Migrations.apply(database, changelog);

    assertThat(applied.failure()).isNull();
    assertThat(applied.outcome().getFirst().matched()).isEqualTo(5);
    assertThat(applied.outcome().getFirst().changed()).isEqualTo(5);
    assertThat(users.countDocuments(BsonDocument.parse("{n: {$lt: 5}}"))).isZero();
    assertThat(users.countDocuments()).isEqualTo(55);
    assertTakenBack(changelog, before);
  }

  @Test
  void deletesDuplicatesKeepingTheSmallestIdThoughBatchesAreSmall() {
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog = Migrations.changelog(DUPLICATES);

    RunResult applied = Migrations.apply(database, changelog);

    assertThat(applied.failure()).isNull();
    assertThat(applied.outcome().getFirst().changed()).isEqualTo(40);
    assertThat(users.countDocuments(BsonDocument.parse("{_id: {$lt: 20}}"))).isEqualTo(20);
    assertThat(users.countDocuments()).isEqualTo(20);
    assertThat(Snapshots.ownCollections(database))
        .noneMatch(name -> name.startsWith("_godwit_work_"));
    assertTakenBack(changelog, before);
  }

  @Test
  void aLossThatTheStepDidNotCauseFailsCountUnchanged() {
    Changelog changelog =
        Migrations.changelog(
            """
            version: "1"
            steps:
            - {name: old, delete: {collection: users, filter: '{ n: { $lt: 5 } }'}}
            - {name: more, createCollection: {collection: more}}
            verify: {checks: [{name: same, countUnchanged: {collection: users}}]}
            """);
    RunEnvironment stealing =
        new RunEnvironment(
            database,
            progress -> {
              if ("more".equals(progress.step())) {
                users.deleteOne(BsonDocument.parse("{_id: 50}"));
              }
            },
            new dev.godwit.engine.StopSignal(),
            "test",
            java.time.Duration.ofSeconds(10),
            java.time.Duration.ofSeconds(20));

    RunResult result = new ApplyRun(stealing, changelog).run();

    assertThat(result.verdict()).isEqualTo(Verdict.VerificationFailed);
  }

  @Test
  void insertsAgainWhatAValidatorRefusesByNow() {
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog = Migrations.changelog(BY_FILTER);
    Migrations.apply(database, changelog);
    database.runCommand(
        BsonDocument.parse(
            "{collMod: 'users', validator: {n: {$gte: 5}}, validationLevel: 'strict'}"));
    assertThatThrownBy(() -> users.insertOne(BsonDocument.parse("{_id: 99, n: 1}")))
        .hasMessageContaining("alidation");

    RunResult back = Migrations.rollback(database, changelog);

    assertThat(back.failure().reason())
        .as("the validator is not as before")
        .isEqualTo("NotAsBefore");
    database.runCommand(BsonDocument.parse("{collMod: 'users', validator: {}}"));
    assertThat(Snapshots.of(database).get("users").split(", options")[0])
        .isEqualTo(before.get("users").split(", options")[0]);
  }

  @ParameterizedTest
  @CsvSource({"KeepNewer, 1000", "Overwrite, 2"})
  void aDocumentThatSomebodyInsertedUnderTheSameIdIsAConflict(String onConflict, int n) {
    Changelog changelog =
        Migrations.changelog(BY_FILTER + "rollback: {onConflict: " + onConflict + "}\n");
    Migrations.apply(database, changelog);
    users.insertOne(BsonDocument.parse("{_id: 2, n: 1000}"));

    RunResult back = Migrations.rollback(database, changelog);

    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(back.outcome().getFirst().conflicts()).isEqualTo(1);
    assertThat(back.outcome().getFirst().conflictSample()).containsExactly("2");
    assertThat(users.find(BsonDocument.parse("{_id: 2}")).first().getInt32("n").getValue())
        .isEqualTo(n);
    assertThat(users.countDocuments()).isEqualTo(60);
  }

  @Test
  void aDocumentNearTheLimitOfTheServerComesBack() {
    users.deleteMany(new BsonDocument());
    BsonDocument large =
        new BsonDocument("_id", new BsonInt32(1))
            .append("n", new BsonInt32(1))
            .append("bytes", new BsonBinary(new byte[16 * 1024 * 1024 - 100]));
    users.insertOne(large);
    Changelog changelog = Migrations.changelog(BY_FILTER);

    RunResult applied = Migrations.apply(database, changelog);

    assertThat(applied.failure()).isNull();
    assertThat(users.countDocuments()).isZero();
    RunResult back = Migrations.rollback(database, changelog);
    assertThat(back.failure()).isNull();
    assertThat(Bson.identical(users.find().first(), large)).isTrue();
    assertThat(Snapshots.ownCollections(database)).hasSize(2);
  }

  @Test
  void tellsIdsApartThatDifferInTheOrderOfTheirKeys() {
    users.deleteMany(new BsonDocument());
    users.insertMany(
        List.of(
            BsonDocument.parse("{_id: {a: 1, b: 2}, n: 1}"),
            BsonDocument.parse("{_id: {b: 2, a: 1}, n: 9}"),
            BsonDocument.parse("{_id: NaN, n: 2}"),
            BsonDocument.parse("{_id: null, n: 3}"),
            BsonDocument.parse("{_id: NumberDecimal('7.0'), n: 3}")));
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog = Migrations.changelog(BY_FILTER);

    assertThat(Migrations.apply(database, changelog).failure()).isNull();

    assertThat(users.countDocuments()).isEqualTo(1);
    assertThat(users.find().first().getInt32("n").getValue()).isEqualTo(9);
    assertTakenBack(changelog, before);
  }

  @Test
  void aPipelineThatYieldsNoIdsFailsBeforeAnythingIsDeleted() {
    RunResult failed =
        Migrations.apply(
            database,
            Migrations.changelog(
                """
                version: "1"
                steps: [{name: d, delete: {collection: users, pipeline: '[ { $group: { _id: null, all: { $push: "$_id" } } }, { $project: { _id: "$all" } } ]'}}]
                """));

    assertThat(failed.verdict()).isEqualTo(Verdict.StepFailed);
    assertThat(failed.failure().reason()).isEqualTo("NoId");
    assertThat(users.countDocuments()).isEqualTo(60);
  }

  @Test
  void anUndoWhoseValueSomebodyTookSinceFailsAndKeepsTheImages() {
    users.createIndex(
        BsonDocument.parse("{n: 1}"), new com.mongodb.client.model.IndexOptions().unique(true));
    Changelog changelog = Migrations.changelog(BY_FILTER);
    Migrations.apply(database, changelog);
    users.insertOne(BsonDocument.parse("{_id: 100, n: 2}"));

    RunResult back = Migrations.rollback(database, changelog);

    assertThat(back.verdict()).isEqualTo(Verdict.RollbackFailed);
    assertThat(database.getCollection("_godwit_undo_1_1_0").countDocuments()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{collection: nobody, filter: '{}'} | spec.steps[0].delete.collection",
        "{collection: users, filter: '{ n: { $in: 5 } }'} | spec.steps[0].delete.filter",
        "{collection: users, pipeline: '[ { $mach: { } } ]'} | spec.steps[0].delete.pipeline"
      })
  void refusesWhatCannotRunWithThePath(String delete, String path) {
    assertThatThrownBy(
            () ->
                Migrations.apply(
                    database,
                    Migrations.changelog(
                        "{version: '1', steps: [{name: d, delete: %s}]}".formatted(delete))))
        .isInstanceOfSatisfying(
            RunException.class,
            refused -> {
              assertThat(refused.verdict()).isEqualTo(Verdict.Refused);
              assertThat(refused.getMessage()).startsWith(path);
            });
    assertThat(users.countDocuments()).isEqualTo(60);
  }

  private void assertTakenBack(Changelog changelog, Map<String, String> before) {
    RunResult back = Migrations.rollback(database, changelog);
    assertThat(back.failure()).isNull();
    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
    assertThat(Snapshots.ownCollections(database)).hasSize(2);
  }
}
