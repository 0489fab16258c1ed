package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The steps on collections and indexes, cut at the n-th command and run again: done once, and
/// taken back to the byte.
class StructureCrashMongoIT {

  private static final String SPEC =
      """
      version: "001"
      steps:
      - name: away
        dropCollection: {collection: old}
      - name: rename
        renameCollection: {collection: users, to: people, dropTarget: SetAside}
      - name: indexes
        dropIndexes: {collection: people, indexes: [mail, words]}
      - name: new-indexes
        createIndexes: {collection: people, indexes: [{keys: [email], sparse: true, hidden: true}, {keys: [{field: age, type: hashed}]}]}
      - name: rule
        setValidator: {collection: people, validator: '{ email: { $exists: true } }', action: Warn}
      - name: audit
        createCollection: {collection: old}
      """;

  @TestFactory
  Stream<DynamicTest> doneOnceAndTakenBackAfterACutAnywhere() throws IOException {
    Changelog changelog = Migrations.changelog(SPEC);
    MongoDatabase counted = seeded();
    int apply = CutRun.count(counted, database -> CutRun.apply(database, changelog));
    Map<String, String> expected = Snapshots.of(counted);
    int rollback = CutRun.count(counted, database -> CutRun.rollback(database, changelog));
    Stream<DynamicTest> resumed =
        CutRun.points("apply", apply)
            .map(
                point ->
                    dynamicTest(
                        "resumed " + point,
                        () -> {
                          MongoDatabase database = seeded();
                          Map<String, String> before = Snapshots.of(database);
                          CutRun.interrupted(database, point, one -> CutRun.apply(one, changelog));
                          RunResult result = Migrations.apply(database, changelog);
                          assertThat(result.failure()).isNull();
                          assertThat(result.verdict()).isEqualTo(Verdict.Applied);
                          assertThat(Snapshots.of(database)).isEqualTo(expected);
                          assertTakenBack(database, changelog, before);
                        }));
    Stream<DynamicTest> unfinished =
        CutRun.points("apply", apply)
            .map(
                point ->
                    dynamicTest(
                        "taken back unfinished " + point,
                        () -> {
                          MongoDatabase database = seeded();
                          Map<String, String> before = Snapshots.of(database);
                          CutRun.interrupted(database, point, one -> CutRun.apply(one, changelog));
                          assertTakenBack(database, changelog, before);
                        }));
    Stream<DynamicTest> again =
        CutRun.points("rollback", rollback)
            .map(
                point ->
                    dynamicTest(
                        "taken back again " + point,
                        () -> {
                          MongoDatabase database = seeded();
                          Map<String, String> before = Snapshots.of(database);
                          Migrations.apply(database, changelog);
                          CutRun.interrupted(
                              database, point, one -> CutRun.rollback(one, changelog));
                          assertTakenBack(database, changelog, before);
                        }));
    return Stream.of(resumed, unfinished, again).flatMap(tests -> tests);
  }

  private static void assertTakenBack(
      MongoDatabase database, Changelog changelog, Map<String, String> before) {
    RunResult back = Migrations.rollback(database, changelog);
    assertThat(back.failure()).isNull();
    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
    assertThat(Snapshots.ownCollections(database)).containsOnly("_godwit_history", "_godwit_lock");
  }

  private static MongoDatabase seeded() {
    MongoDatabase database = MongoServer.newDatabase();
    for (String name : new String[] {"old", "users", "people"}) {
      for (int i = 0; i < 3; i++) {
        database
            .getCollection(name, BsonDocument.class)
            .insertOne(
                BsonDocument.parse("{_id: '%s%d', email: 'u%d@x.org'}".formatted(name, i, i)));
      }
    }
    database.runCommand(
        BsonDocument.parse(
            """
            {createIndexes: 'users', indexes: [
              {key: {email: 1}, name: 'mail', unique: true, partialFilterExpression: {email: {$exists: true}}},
              {key: {note: 'text'}, name: 'words'}]}"""));
    database.runCommand(
        BsonDocument.parse("{collMod: 'users', validator: {_id: {$exists: true}}}"));
    return database;
  }
}
