package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.connection.Connection;
import dev.godwit.testing.FaultProxy;
import dev.godwit.testing.FaultProxy.Cut;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Cuts a run at the n-th command, before the server has it and after the server has done it, and
/// runs again as a new process would.
class CrashMongoIT {

  private static final int POINTS = 14;

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
    int commands = count(seeded(), database -> apply(database, changelog));
    return points("apply", commands)
        .map(
            point ->
                dynamicTest(
                    point.toString(),
                    () -> {
                      MongoDatabase database = seeded();
                      interrupted(database, point, one -> apply(one, changelog));

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
    int commands = count(counted, database -> rollback(database, changelog));
    return Stream.concat(
        points("rollback", commands)
            .map(
                point ->
                    dynamicTest(
                        point.toString(),
                        () -> {
                          MongoDatabase database = seeded();
                          Map<String, String> before = Snapshots.of(database);
                          Migrations.apply(database, changelog);
                          interrupted(database, point, one -> rollback(one, changelog));
                          assertTakenBack(database, changelog, before);
                        })),
        points("apply", commands)
            .map(
                point ->
                    dynamicTest(
                        "unfinished " + point,
                        () -> {
                          MongoDatabase database = seeded();
                          Map<String, String> before = Snapshots.of(database);
                          interrupted(database, point, one -> apply(one, changelog));
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

  private record Point(String run, int command, Cut cut) {}

  private static Stream<Point> points(String run, int commands) {
    long seed = System.nanoTime();
    System.out.printf(
        "%s: %d commands, %d points of each kind, seed %d%n", run, commands, POINTS, seed);
    Random random = new Random(seed);
    List<Point> points = new ArrayList<>();
    for (Cut cut : Cut.values()) {
      random
          .ints(1, commands + 1)
          .distinct()
          .limit(Math.min(POINTS, commands))
          .sorted()
          .forEach(command -> points.add(new Point(run, command, cut)));
    }
    return points.stream();
  }

  private static int count(MongoDatabase database, Function<MongoDatabase, RunResult> run)
      throws IOException {
    try (FaultProxy proxy =
            new FaultProxy(MongoServer.uri(), database.getName(), 0, Cut.BEFORE_COMMAND);
        Connection connection = Connection.open(proxy.uri(), database.getName())) {
      run.apply(connection.database());
      return proxy.commands();
    }
  }

  private static void interrupted(
      MongoDatabase database, Point point, Function<MongoDatabase, RunResult> run)
      throws IOException {
    try (FaultProxy proxy =
            new FaultProxy(MongoServer.uri(), database.getName(), point.command(), point.cut());
        Connection connection = Connection.open(proxy.uri(), database.getName())) {
      run.apply(connection.database());
    } catch (RunException cut) {
      assertThat(cut.verdict()).isEqualTo(Verdict.Interrupted);
    } catch (com.mongodb.MongoException cut) {
      assertThat(TransientFailures.isTransient(cut)).as(cut.toString()).isTrue();
    }
  }

  private static RunResult apply(MongoDatabase database, Changelog changelog) {
    return new ApplyRun(Migrations.environment(database, Duration.ZERO), changelog).run();
  }

  private static RunResult rollback(MongoDatabase database, Changelog changelog) {
    return new RollbackRun(
            Migrations.environment(database, Duration.ZERO), changelog, Optional.empty())
        .run();
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
