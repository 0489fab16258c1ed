package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Cuts a run at the n-th command, before the server has it and after the server has done it, and
/// runs again as a new process would.
class CrashMongoIT {

  private static final String SPEC =
      """
      version: "001"
      steps:
      - name: audit
        createCollection: {collection: audit}
      - name: visits
        update: {collection: users, update: '{ $inc: { visits: 1 }, $push: { log: "m" } }'}
      - name: names
        update: {collection: users, filter: '{ name: /^A/ }', update: '[ { $set: { name: { $concat: [ "$name", "!" ] } } } ]'}
      - name: index
        createIndexes: {collection: users, indexes: [{keys: [name]}]}
      - name: roles
        insert: {collection: roles, documents: ['{ name: "admin" }', '{ _id: 1, name: "staff" }']}
      verify:
        checks:
        - {name: nothing-lost, countUnchanged: {collection: users}}
        - {name: roles, count: {collection: roles, equals: 2}}
      batches: {size: 4}
      """;

  @TestFactory
  Stream<DynamicTest> resumesAfterACutAnywhereAndIncrementsExactlyOnce() throws IOException {
    Changelog changelog = Migrations.changelog(SPEC);
    MongoDatabase clean = seeded();
    Migrations.apply(clean, changelog);
    List<BsonDocument> expected = users(clean);
    int commands = CutRun.count(seeded(), database -> CutRun.apply(database, changelog));
    return CutRun.points("apply", commands)
        .map(
            point ->
                dynamicTest(
                    point.toString(),
                    () -> {
                      MongoDatabase database = seeded();
                      CutRun.interrupted(database, point, one -> CutRun.apply(one, changelog));

                      RunResult resumed = Migrations.apply(database, changelog);

                      assertThat(resumed.failure()).isNull();
                      assertThat(resumed.verdict()).isEqualTo(Verdict.Applied);
                      assertThat(users(database)).isEqualTo(expected);
                      assertThat(database.getCollection("roles").countDocuments()).isEqualTo(2);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> takesBackAfterACutAnywhere() throws IOException {
    Changelog changelog = Migrations.changelog(SPEC);
    MongoDatabase counted = seeded();
    Migrations.apply(counted, changelog);
    int commands = CutRun.count(counted, database -> CutRun.rollback(database, changelog));
    return Stream.concat(
        CutRun.points("rollback", commands)
            .map(
                point ->
                    dynamicTest(
                        point.toString(),
                        () -> {
                          MongoDatabase database = seeded();
                          Map<String, String> before = Snapshots.of(database);
                          Migrations.apply(database, changelog);
                          CutRun.interrupted(
                              database, point, one -> CutRun.rollback(one, changelog));
                          assertTakenBack(database, changelog, before);
                        })),
        CutRun.points("apply", commands)
            .map(
                point ->
                    dynamicTest(
                        "unfinished " + point,
                        () -> {
                          MongoDatabase database = seeded();
                          Map<String, String> before = Snapshots.of(database);
                          CutRun.interrupted(database, point, one -> CutRun.apply(one, changelog));
                          assertTakenBack(database, changelog, before);
                        })));
  }

  private static void assertTakenBack(
      MongoDatabase database, Changelog changelog, Map<String, String> before) {
    RunResult back = Migrations.rollback(database, changelog);
    assertThat(back.failure()).isNull();
    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  private static MongoDatabase seeded() {
    MongoDatabase database = MongoServer.newDatabase();
    List<BsonDocument> documents = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      documents.add(
          BsonDocument.parse(
              "{_id: %s, visits: %d, name: '%s%d'}"
                  .formatted(i % 2 == 0 ? i : "'s" + i + "'", i, i % 3 == 0 ? "B" : "A", i)));
    }
    collection(database).insertMany(documents);
    return database;
  }

  private static List<BsonDocument> users(MongoDatabase database) {
    return collection(database).find().sort(BsonDocument.parse("{_id: 1}")).into(new ArrayList<>());
  }

  private static MongoCollection<BsonDocument> collection(MongoDatabase database) {
    return database.getCollection("users", BsonDocument.class);
  }
}
