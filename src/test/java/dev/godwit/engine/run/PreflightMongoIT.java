package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreflightMongoIT {

  private MongoDatabase database;

  @BeforeEach
  void seed() {
    database = MongoServer.newDatabase();
    MongoCollection<BsonDocument> users = database.getCollection("users", BsonDocument.class);
    users.insertMany(
        List.of(BsonDocument.parse("{_id: 1, n: 'none'}"), BsonDocument.parse("{_id: 2, n: '7'}")));
  }

  @Test
  void aDocumentThatTheFilterLeavesOutIsNoReasonToRefuse() {
    assertApplied(
        """
        version: "1"
        steps:
        - name: numbers
          update: {collection: users, filter: '{ n: /^[0-9]+$/ }', update: '[ { $set: { n: { $toInt: "$n" } } } ]'}
        """);
  }

  @Test
  void aDocumentThatAnEarlierStepMendsIsNoReasonToRefuse() {
    assertApplied(
        """
        version: "1"
        steps:
        - name: mend
          update: {collection: users, filter: '{ n: "none" }', update: '{ $set: { n: "0" } }'}
        - name: numbers
          update: {collection: users, update: '[ { $set: { n: { $toInt: "$n" } } } ]'}
        """);
  }

  @Test
  void aPipelineThatTheServerDoesNotTakeIsRefusedBeforeAnythingIsChanged() {
    assertThatThrownBy(
            () ->
                Migrations.apply(
                    database,
                    Migrations.changelog(
                        """
                        version: "1"
                        steps: [{name: more, update: {collection: users, update: '{ $set: { seen: true } }'}}]
                        verify:
                          checks:
                          - {name: odd, aggregate: {collection: users, pipeline: '[ { $mach: { } } ]', expect: Empty}}
                        """)))
        .isInstanceOfSatisfying(
            RunException.class,
            refused -> {
              assertThat(refused.verdict()).isEqualTo(Verdict.Refused);
              assertThat(refused.getMessage())
                  .startsWith("spec.verify.checks[0].aggregate.pipeline");
            });
    assertThat(database.getCollection("users").countDocuments(BsonDocument.parse("{seen: true}")))
        .isZero();
  }

  /// Steps are looked at as the steps before them leave the collections; nothing is touched.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          dropCollection: {collection: nobody}                                  | spec.steps[0].dropCollection.collection | does not exist
          renameCollection: {collection: nobody, to: x}                         | spec.steps[0].renameCollection.collection | does not exist
          renameCollection: {collection: users, to: taken}                      | spec.steps[0].renameCollection.to | SetAside
          createIndexes: {collection: users, indexes: [{keys: [n], expireAfterSeconds: 5}]} | spec.steps[0].createIndexes | 'plain' {"n": 1}, which conflicts with 'n_1' {"n": 1} {"expireAfterSeconds": 5}: same keys
          createIndexes: {collection: users, indexes: [{keys: [m], name: plain}]} | spec.steps[0].createIndexes | same name
          dropIndexes: {collection: users, indexes: [plain, none]}              | spec.steps[0].dropIndexes.indexes[1] | it has _id_, plain
          dropIndexes: {collection: nobody, indexes: [plain]}                   | spec.steps[0].dropIndexes.collection | does not exist
          setValidator: {collection: nobody, validator: '{ n: 1 }'}             | spec.steps[0].setValidator.collection | does not exist
          setValidator: {collection: users, validator: '{ n: { $gtx: 1 } }'}    | spec.steps[0].setValidator.validator | $gtx
          dropCollection: {collection: users} ~ update: {collection: users, update: '{ $set: { a: 1 } }'} | spec.steps[1].update.collection | does not exist
          renameCollection: {collection: users, to: x} ~ createIndexes: {collection: users, indexes: [{keys: [a]}]} | spec.steps[1].createIndexes.collection | does not exist
          renameCollection: {collection: users, to: x} ~ createIndexes: {collection: x, indexes: [{keys: [n], expireAfterSeconds: 5}]} | spec.steps[1].createIndexes | 'plain'
          renameCollection: {collection: users, to: x} ~ update: {collection: x, filter: '{ _id: 1 }', update: '[ { $set: { n: { $toInt: "$n" } } } ]'} | spec.steps[1].update.update | the server does not take it
          createIndexes: {collection: users, indexes: [{keys: [a]}]} ~ createIndexes: {collection: users, indexes: [{keys: [a], name: b, expireAfterSeconds: 5}]} | spec.steps[1].createIndexes | 'a_1'
          dropIndexes: {collection: users, indexes: [plain]} ~ dropIndexes: {collection: users, indexes: [plain]} | spec.steps[1].dropIndexes.indexes[0] | no index 'plain'
          createCollection: {collection: x} ~ renameCollection: {collection: users, to: x} | spec.steps[1].renameCollection.to | exists already
          """)
  void refusesWhatCannotRunOnWhatTheStepsBeforeLeave(String steps, String path, String message) {
    database.getCollection("taken").insertOne(new Document("_id", 1));
    database.runCommand(
        BsonDocument.parse("{createIndexes: 'users', indexes: [{key: {n: 1}, name: 'plain'}]}"));
    Map<String, String> before = Snapshots.of(database);

    assertThatThrownBy(() -> Migrations.apply(database, Migrations.changelog(spec(steps))))
        .isInstanceOfSatisfying(
            RunException.class,
            refused -> {
              assertThat(refused.verdict()).isEqualTo(Verdict.Refused);
              assertThat(refused.getMessage()).startsWith(path + ":").contains(message);
            });
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dropIndexes: {collection: users, indexes: [plain]} ~ createIndexes: {collection: users, indexes: [{keys: [n], expireAfterSeconds: 5}]}",
        "dropCollection: {collection: taken} ~ renameCollection: {collection: users, to: taken} ~ update: {collection: taken, update: '{ $set: { a: 1 } }'}",
        "renameCollection: {collection: users, to: x} ~ createCollection: {collection: users} ~ dropIndexes: {collection: x, indexes: [plain]}",
        "createIndexes: {collection: users, indexes: [{keys: [n], partialFilterExpression: '{ n: { $gt: 1 } }', name: part}]} ~ createIndexes: {collection: users, indexes: [{keys: [n], partialFilterExpression: '{ n: { $gt: 1 } }', name: again}]}",
        "createIndexes: {collection: users, indexes: [{keys: [n], sparse: true, name: sparse}]}",
        "dropCollection: {collection: users} ~ insert: {collection: users, documents: ['{ _id: 9 }']} ~ createIndexes: {collection: users, indexes: [{keys: [n], expireAfterSeconds: 5}]}"
      })
  void takesWhatEarlierStepsMakePossibleAndTakesItBack(String steps) {
    database.getCollection("taken").insertOne(new Document("_id", 1));
    database.runCommand(
        BsonDocument.parse("{createIndexes: 'users', indexes: [{key: {n: 1}, name: 'plain'}]}"));
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog = Migrations.changelog(spec(steps));

    assertThat(Migrations.apply(database, changelog).failure()).isNull();
    assertThat(Migrations.rollback(database, changelog).failure()).isNull();
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void aRollbackThatCouldNotRunIsRefused() {
    assertThatThrownBy(
            () ->
                Migrations.apply(
                    database,
                    Migrations.changelog(
                        """
                        version: "1"
                        steps:
                        - name: s
                          update: {collection: users, update: '{ $set: { a: 1 } }'}
                          rollback:
                          - createCollection: {collection: x}
                          - dropIndexes: {collection: x, indexes: [none]}
                        """)))
        .hasMessageStartingWith("spec.steps[0].rollback[1].dropIndexes.indexes[0]");
  }

  @Test
  void countsWhatIsRenamedUnderItsNewName() {
    for (int i = 0; i < 5; i++) {
      database.getCollection("people").insertOne(new Document("_id", i));
    }
    Changelog changelog =
        Migrations.changelog(
            """
            version: "1"
            steps:
            - {name: d, delete: {collection: users, filter: '{ _id: 1 }'}}
            - {name: r, renameCollection: {collection: users, to: people, dropTarget: SetAside}}
            verify:
              checks: [{name: kept, countUnchanged: {collection: people}}]
            """);

    assertThat(Migrations.apply(database, changelog).failure()).isNull();
  }

  private static String spec(String steps) {
    StringBuilder spec = new StringBuilder("version: \"1\"\nsteps:\n");
    String[] operations = steps.split(" ~ ");
    for (int i = 0; i < operations.length; i++) {
      spec.append("- name: s%d\n  %s\n".formatted(i, operations[i].strip()));
    }
    return spec.toString();
  }

  private void assertApplied(String spec) {
    var result = Migrations.apply(database, Migrations.changelog(spec));

    assertThat(result.failure()).isNull();
    assertThat(result.verdict()).isEqualTo(Verdict.Applied);
    assertThat(database.getCollection("users").countDocuments(BsonDocument.parse("{_id: 2, n: 7}")))
        .isEqualTo(1);
  }
}
