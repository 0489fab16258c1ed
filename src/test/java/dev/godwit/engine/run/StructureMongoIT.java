package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Steps that change collections and indexes, not documents.
class StructureMongoIT {

  private MongoDatabase database;
  private MongoCollection<BsonDocument> users;

  @BeforeEach
  void seed() {
    database = MongoServer.newDatabase();
    users = collection("users");
    for (int i = 0; i < 20; i++) {
      users.insertOne(
          BsonDocument.parse(
              "{_id: %d, email: 'u%d@x.org', age: %d, at: {type: 'Point', coordinates: [%d, 1]}}"
                  .formatted(i, i, i, i)));
    }
    command("{createIndexes: 'users', indexes: [{key: {email: 1}, name: 'mail', unique: true}]}");
  }

  @Test
  void dropsACollectionAsideAndPutsItBack() {
    assertUndone("dropCollection: {collection: users}", () -> assertThat(names()).isEmpty());
  }

  @Test
  void renamesACollectionAndBack() {
    assertUndone(
        "renameCollection: {collection: users, to: people}",
        () -> assertThat(names()).containsExactly("people"));
  }

  @Test
  void renamesOverACollectionThatIsSetAsideAndPutsBothBack() {
    collection("people").insertOne(BsonDocument.parse("{_id: 'old'}"));
    assertUndone(
        "renameCollection: {collection: users, to: people, dropTarget: SetAside}",
        () -> {
          assertThat(names()).containsExactly("people");
          assertThat(collection("people").countDocuments()).isEqualTo(20);
        });
  }

  @Test
  void dropsIndexesAndBuildsThemAgainAsTheyWere() {
    for (String index :
        List.of(
            "{key: {age: -1, email: 1}, name: 'odd name', sparse: true}",
            "{key: {age: 1}, name: 'ttl', expireAfterSeconds: 100000000}",
            "{key: {email: 'text', note: 'text'}, name: 'words', weights: {email: 3}, default_language: 'german'}",
            "{key: {at: '2dsphere'}, name: 'place'}",
            "{key: {age: 'hashed'}, name: 'hash'}",
            "{key: {'$**': 1}, name: 'all', wildcardProjection: {age: 1}}",
            "{key: {a: 1}, name: 'part', partialFilterExpression: {age: {$gt: NumberLong(5)}}}",
            "{key: {hid: 1}, name: 'hid'}")) {
      command("{createIndexes: 'users', indexes: [" + index + "]}");
    }
    command("{collMod: 'users', index: {name: 'hid', hidden: true}}");
    assertUndone(
        "dropIndexes: {collection: users, indexes: [mail, odd name, ttl, words, place, hash, all, part, hid]}",
        () -> assertThat(indexNames("users")).containsExactly("_id_"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "keys: [{field: email, type: text}], options: '{ weights: { email: 3, note: 2 }, default_language: \"german\" }'",
        "keys: [{field: email, type: text}, age]",
        "keys: [{field: $**, type: text}]",
        "keys: [{field: at, type: 2dsphere}]",
        "keys: [{field: age, type: hashed}]",
        "keys: [{field: $**, type: wildcard}], options: '{ wildcardProjection: { age: 1 } }'",
        "keys: [{field: at, type: wildcard}]",
        "keys: [age], hidden: true",
        "keys: [age], sparse: true",
        "keys: [age], expireAfterSeconds: 100000000",
        "keys: [-age, email], unique: true, name: both",
        "keys: [age], partialFilterExpression: '{ age: { $gt: 5 } }'"
      })
  void createsAnIndexOfAnyKindOnceAndDropsItAgain(String index) {
    Map<String, String> before = Snapshots.of(database);
    Changelog first = step("createIndexes: {collection: users, indexes: [{%s}]}".formatted(index));
    RunResult applied = Migrations.apply(database, first);
    assertThat(applied.failure()).isNull();
    assertThat(applied.outcome().getFirst().changed()).isEqualTo(1);
    assertThat(indexNames("users")).hasSize(3);

    Changelog second =
        changelog(
            "002",
            "createIndexes: {collection: users, indexes: [{%s}]}"
                .formatted(
                    index.contains("name:")
                        ? index.replace("name: both", "name: other")
                        : index + ", name: other"));
    RunResult again = Migrations.apply(database, second);
    assertThat(again.failure()).isNull();
    assertThat(again.outcome().getFirst().changed()).as("it is there already").isZero();
    assertThat(Migrations.rollback(database, second).verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(indexNames("users")).as("it was there before").hasSize(3);

    assertTakenBack(first, before);
  }

  @Test
  void saysWhenTheServerDoesNotKeepACollation() {
    assumeThat(MongoServer.isMongoDb())
        .as("needs a server without collations; MongoDB has them")
        .isFalse();
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog =
        step(
            "createIndexes: {collection: users, indexes: [{keys: [age], collation: '{ locale: \"en\", strength: 2 }'}]}");

    RunResult failed = Migrations.apply(database, changelog);

    assertThat(failed.verdict()).isEqualTo(Verdict.StepFailed);
    assertThat(failed.failure().message()).contains("collation");
    assertTakenBack(changelog, before);
  }

  @Test
  void keepsACollationAndKnowsItAgain() {
    assumeThat(MongoServer.isMongoDb()).as("needs indexes with a collation (MongoDB)").isTrue();
    createsAnIndexOfAnyKindOnceAndDropsItAgain(
        "keys: [age], collation: '{ locale: \"fr_CA\", strength: 2 }'");
  }

  @Test
  void setsAValidatorAndTakesItAwayAgain() {
    assertUndone(
        "setValidator: {collection: users, validator: '{ $jsonSchema: { required: [ \"email\" ] } }', level: Moderate}",
        () ->
            assertThat(options("users").toJson())
                .contains("$jsonSchema", "moderate", "\"validationAction\": \"error\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{ age: { $gte: 0 } }", "{}"})
  void replacesAValidatorAndPutsTheOldOneBack(String validator) {
    command(
        "{collMod: 'users', validator: {email: {$regex: '@', $options: 'i'}}, validationLevel: 'moderate', validationAction: 'warn'}");
    assertUndone(
        "setValidator: {collection: users, validator: '%s', action: Warn}".formatted(validator),
        () -> assertThat(options("users").toJson()).doesNotContain("$regex"));
  }

  @Test
  void aValidatorThatOldDocumentsBreakDoesNotKeepTheUndoFromPuttingThemBack() {
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog =
        Migrations.changelog(
            """
            version: "001"
            steps:
            - name: rule
              setValidator: {collection: users, validator: '{ nick: { $exists: true } }', level: Moderate}
            - name: nick
              update: {collection: users, update: '{ $set: { nick: "n" } }'}
            - name: strict
              setValidator: {collection: users, validator: '{ nick: { $exists: true } }'}
            - name: more
              update: {collection: users, update: '{ $rename: { age: "years" } }'}
            verify:
              checks: [{name: never, count: {collection: users, equals: 0}}]
            """);
    assertThat(Migrations.apply(database, changelog).verdict())
        .isEqualTo(Verdict.VerificationFailed);
    assertTakenBack(changelog, before);
  }

  @Test
  void stepsWorkOnWhatStepsBeforeThemLeft() {
    collection("old").insertOne(BsonDocument.parse("{_id: 1}"));
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog =
        Migrations.changelog(
            """
            version: "001"
            steps:
            - name: away
              dropCollection: {collection: old}
            - name: new
              createCollection: {collection: old}
            - name: index
              createIndexes: {collection: old, indexes: [{keys: [a]}]}
            - name: away-again
              dropCollection: {collection: old}
            - name: rename
              renameCollection: {collection: users, to: old}
            - name: no-mail
              dropIndexes: {collection: old, indexes: [mail]}
            - name: mail
              createIndexes: {collection: old, indexes: [{keys: [email], name: mail, expireAfterSeconds: 100000000}]}
            - name: nick
              update: {collection: old, filter: '{ age: { $gt: 3 } }', update: '[ { $set: { nick: "$email" } } ]'}
            - name: users
              insert: {collection: users, documents: ['{ _id: 1 }']}
            verify:
              checks:
              - {name: kept, countUnchanged: {collection: old}}
              - {name: nicks, count: {collection: old, filter: '{ nick: { $exists: true } }', equals: 16}}
            """);

    RunResult applied = Migrations.apply(database, changelog);

    assertThat(applied.failure()).isNull();
    assertThat(applied.verdict()).isEqualTo(Verdict.Applied);
    assertThat(names()).containsExactly("old", "users");
    assertTakenBack(changelog, before);
    assertThat(Snapshots.ownCollections(database))
        .containsExactly("_godwit_history", "_godwit_lock");
  }

  @Test
  void whatAnApplicationCreatesUnderTheOldNameIsSetAsideAndReported() {
    for (String operation :
        List.of(
            "dropCollection: {collection: users}",
            "renameCollection: {collection: users, to: people}")) {
      seed();
      Map<String, String> before = Snapshots.of(database);
      Changelog changelog = step(operation);
      Migrations.apply(database, changelog);
      users.insertOne(BsonDocument.parse("{_id: 'of the application'}"));

      RunResult back = Migrations.rollback(database, changelog);

      assertThat(back.failure()).isNull();
      assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
      assertThat(Snapshots.of(database)).isEqualTo(before);
      assertSetAside(back, "of the application");
    }
  }

  @Test
  void whatAnApplicationCreatesUnderTheNewNameIsSetAsideAndReported() {
    collection("people").insertOne(BsonDocument.parse("{_id: 'old'}"));
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog =
        step("renameCollection: {collection: users, to: people, dropTarget: SetAside}");
    Migrations.apply(database, changelog);
    users.insertOne(BsonDocument.parse("{_id: 'of the application'}"));

    RunResult back = Migrations.rollback(database, changelog);

    assertThat(back.failure()).isNull();
    assertThat(Snapshots.of(database)).isEqualTo(before);
    assertSetAside(back, "of the application");
  }

  @Test
  void neverPretendsThatALostCollectionIsBack() {
    Changelog changelog = step("dropCollection: {collection: users}");
    Migrations.apply(database, changelog);
    Snapshots.ownCollections(database).stream()
        .filter(name -> name.startsWith("_godwit_aside_"))
        .forEach(name -> database.getCollection(name).drop());
    users.insertOne(BsonDocument.parse("{_id: 'of the application'}"));

    RunResult failed = Migrations.rollback(database, changelog);

    assertThat(failed.verdict()).isEqualTo(Verdict.RollbackFailed);
    assertThat(failed.failure().reason()).isEqualTo("CollectionLost");
    assertThat(users.countDocuments()).isEqualTo(1);
  }

  @Test
  void refusesWhatCannotBeRenamed() {
    assumeThat(MongoServer.isMongoDb())
        .as("needs views and time-series collections (MongoDB)")
        .isTrue();
    command("{create: 'view', viewOn: 'users', pipeline: []}");
    command("{create: 'series', timeseries: {timeField: 't'}}");
    for (String operation :
        List.of(
            "dropCollection: {collection: view}",
            "dropCollection: {collection: series}",
            "renameCollection: {collection: series, to: other}")) {
      assertThatThrownBy(() -> Migrations.apply(database, step(operation)))
          .hasMessageContaining("cannot rename");
    }
  }

  private void assertSetAside(RunResult back, String id) {
    List<String> reported =
        back.outcome().stream()
            .filter(outcome -> outcome.conflictSample() != null)
            .flatMap(outcome -> outcome.conflictSample().stream())
            .toList();
    List<String> holding =
        Snapshots.ownCollections(database).stream()
            .filter(name -> name.startsWith("_godwit_aside_"))
            .filter(
                name ->
                    database
                            .getCollection(name)
                            .countDocuments(BsonDocument.parse("{_id: '" + id + "'}"))
                        == 1)
            .toList();
    assertThat(holding).hasSize(1);
    assertThat(reported).anyMatch(text -> text.contains(holding.getFirst()));
  }

  private void assertUndone(String operation, Runnable applied) {
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog = step(operation);
    RunResult result = Migrations.apply(database, changelog);
    assertThat(result.failure()).isNull();
    assertThat(result.verdict()).isEqualTo(Verdict.Applied);
    applied.run();
    assertTakenBack(changelog, before);
    assertThat(Snapshots.ownCollections(database))
        .containsExactly("_godwit_history", "_godwit_lock");
  }

  private void assertTakenBack(Changelog changelog, Map<String, String> before) {
    RunResult back = Migrations.rollback(database, changelog);
    assertThat(back.failure()).isNull();
    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  private static Changelog step(String operation) {
    return changelog("001", operation);
  }

  private static Changelog changelog(String version, String operation) {
    return Migrations.changelog(
        "version: \"%s\"\nsteps:\n- name: one\n  %s\n".formatted(version, operation));
  }

  private List<String> names() {
    return database.listCollectionNames().into(new ArrayList<>()).stream()
        .filter(name -> !name.startsWith("_godwit_"))
        .sorted()
        .toList();
  }

  private List<String> indexNames(String collection) {
    return database
        .getCollection(collection)
        .listIndexes(BsonDocument.class)
        .map(index -> index.getString("name").getValue())
        .into(new ArrayList<>());
  }

  private BsonDocument options(String collection) {
    return database
        .listCollections(BsonDocument.class)
        .filter(BsonDocument.parse("{name: '" + collection + "'}"))
        .first()
        .getDocument("options");
  }

  private void command(String command) {
    database.runCommand(BsonDocument.parse(command));
  }

  private MongoCollection<BsonDocument> collection(String name) {
    return database.getCollection(name, BsonDocument.class);
  }
}
