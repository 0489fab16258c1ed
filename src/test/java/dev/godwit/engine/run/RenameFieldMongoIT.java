package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenameFieldMongoIT {

  private MongoDatabase database;
  private MongoCollection<BsonDocument> users;

  @BeforeEach
  void seed() {
    database = MongoServer.newDatabase();
    users = database.getCollection("users", BsonDocument.class);
  }

  private void given(String... documents) {
    users.insertMany(List.of(documents).stream().map(BsonDocument::parse).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name   | fullName     | {_id: 1, name: 'A', b: 2}                    | {_id: 1, b: 2, fullName: 'A'}",
        "name   | fullName     | {_id: 1, name: null, b: 2}                   | {_id: 1, b: 2, fullName: null}",
        "name   | fullName     | {_id: 1, b: 2}                               | {_id: 1, b: 2}",
        "name   | fullName     | {_id: 1, fullName: 'B', b: 2}                | {_id: 1, fullName: 'B', b: 2}",
        "name   | fullName     | {_id: 1, name: [1, {name: 2}], b: 2}         | {_id: 1, b: 2, fullName: [1, {name: 2}]}",
        "p.name | p.full       | {_id: 1, p: {x: 1, name: 'A', y: 2}, b: 2}   | {_id: 1, p: {x: 1, y: 2, full: 'A'}, b: 2}",
        "p.name | name         | {_id: 1, p: {name: 'A'}, b: 2}               | {_id: 1, p: {}, b: 2, name: 'A'}",
        "name   | profile.name | {_id: 1, name: 'A', profile: {z: 1}, b: 2}   | {_id: 1, profile: {z: 1, name: 'A'}, b: 2}",
        "name   | a.b.c        | {_id: 1, name: 'A', b: 2}                    | {_id: 1, b: 2, a: {b: {c: 'A'}}}"
      })
  void renamesAndPutsTheOrderOfKeysBack(String from, String to, String document, String result) {
    given(document, "{_id: 2, other: 1}");
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog = rename(from, to);

    applied(changelog);

    assertThat(users.find(BsonDocument.parse("{_id: 1}")).first().toJson())
        .isEqualTo(BsonDocument.parse(result).toJson());
    assertTakenBack(changelog, before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name   | full | {_id: 7, name: 1, full: null}       | FieldExists       | .to",
        "p.name | full | {_id: 7, p: [{name: 1}]}            | FieldNotReachable | .from",
        "p.name | full | {_id: 7, p: {name: 1}, full: 1}     | FieldExists       | .to",
        "name   | p.n  | {_id: 7, name: 1, p: null}          | FieldNotReachable | .to",
        "name   | p.n  | {_id: 7, name: 1, p: [{}]}          | FieldNotReachable | .to",
        "name   | p.n  | {_id: 7, name: 1, p: {n: 1}}        | FieldExists       | .to"
      })
  void refusesBeforeAnythingIsChangedWhatMongoDbWouldOverwriteOrNotReach(
      String from, String to, String document, String reason, String path) {
    given("{_id: 1, name: 'A', p: {name: 'B'}}", document);
    if (!to.startsWith("p")) {
      users.updateOne(BsonDocument.parse("{_id: 1}"), BsonDocument.parse("{$set: {ok: true}}"));
    } else {
      users.deleteOne(BsonDocument.parse("{_id: 1}"));
      given("{_id: 1, name: 'A'}");
    }
    Map<String, String> before = Snapshots.of(database);

    assertThatThrownBy(() -> Migrations.apply(database, rename(from, to)))
        .isInstanceOfSatisfying(
            RunException.class,
            refused -> {
              assertThat(refused.verdict()).isEqualTo(Verdict.Refused);
              assertThat(refused.failure().reason()).isEqualTo(reason);
              assertThat(refused.getMessage())
                  .startsWith("spec.steps[0].renameField" + path + ":")
                  .contains("1 documents", "_id 7");
            });
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void aMissingCollectionIsRefused() {
    assertThatThrownBy(() -> Migrations.apply(database, rename("a", "b")))
        .hasMessageStartingWith("spec.steps[0].renameField.collection");
  }

  @Test
  void aDocumentThatGetsTheNewFieldMeanwhileIsLeftAndReported() {
    given("{_id: 1, name: 'A'}", "{_id: 2, name: 'B'}");
    Changelog changelog =
        Migrations.changelog(
            """
            version: "1"
            steps:
            - {name: first, update: {collection: others, update: '{ $set: { a: 1 } }'}}
            - {name: rename, renameField: {collection: users, from: name, to: full}}
            """);
    database.getCollection("others", BsonDocument.class).insertOne(BsonDocument.parse("{_id: 1}"));
    RunEnvironment busy =
        new RunEnvironment(
            database,
            progress ->
                users.updateOne(
                    BsonDocument.parse("{_id: 2}"), BsonDocument.parse("{$set: {full: 'mine'}}")),
            new StopSignal(),
            "test",
            Duration.ofSeconds(10),
            Duration.ofSeconds(20));

    RunResult result = new ApplyRun(busy, changelog).run();

    assertThat(result.verdict()).isEqualTo(Verdict.Applied);
    StepOutcome outcome = result.outcome().get(1);
    assertThat(outcome.changed()).isEqualTo(1);
    assertThat(outcome.conflicts()).isEqualTo(1);
    assertThat(outcome.conflictSample()).containsExactly("2");
    assertThat(users.find(BsonDocument.parse("{_id: 2}")).first())
        .isEqualTo(BsonDocument.parse("{_id: 2, name: 'B', full: 'mine'}"));
  }

  private static Changelog rename(String from, String to) {
    return Migrations.changelog(
        "{version: '1', steps: [{name: r, renameField: {collection: users, from: %s, to: %s}}]}"
            .formatted(from, to));
  }

  private void applied(Changelog changelog) {
    RunResult applied = Migrations.apply(database, changelog);
    assertThat(applied.failure()).isNull();
    assertThat(applied.verdict()).isEqualTo(Verdict.Applied);
  }

  private void assertTakenBack(Changelog changelog, Map<String, String> before) {
    RunResult back = Migrations.rollback(database, changelog);
    assertThat(back.failure()).isNull();
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }
}
