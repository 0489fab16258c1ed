package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.mongodb.MongoException;
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
import java.util.Random;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Three workers on disjoint ranges, and all their connections cut at the n-th command.
class ParallelCrashMongoIT {

  private static final int DOCUMENTS = 60;
  private static final int POINTS = 12;

  private static final String SPEC =
      """
      version: "001"
      steps:
      - name: by-fields
        update: {collection: users, update: '{ $inc: { visits: 1 } }'}
      - name: by-copies
        update: {collection: users, update: '{ $push: { log: "m" } }'}
      batches: {size: 4, parallelism: 3}
      """;

  @TestFactory
  Stream<DynamicTest> updatesExactlyOnceAndTakesBackAfterACutAnywhere() throws IOException {
    Changelog changelog = Migrations.changelog(SPEC);
    int commands = cut(seeded(), changelog, 0, Cut.BEFORE_COMMAND);
    long seed = System.nanoTime();
    System.out.printf("%d commands, seed %d%n", commands, seed);
    Random random = new Random(seed);
    return Stream.of(Cut.BEFORE_COMMAND, Cut.AFTER_COMMAND)
        .flatMap(
            cut ->
                random
                    .ints(1, commands + 1)
                    .distinct()
                    .limit(POINTS)
                    .mapToObj(
                        command ->
                            dynamicTest(
                                cut + " " + command, () -> resumes(changelog, command, cut))));
  }

  private static void resumes(Changelog changelog, int command, Cut cut) throws IOException {
    MongoDatabase database = seeded();
    Map<String, String> before = Snapshots.of(database);
    cut(database, changelog, command, cut);

    RunResult resumed = Migrations.apply(database, changelog);

    assertThat(resumed.failure()).isNull();
    assertThat(resumed.verdict()).isEqualTo(Verdict.Applied);
    for (BsonDocument user : users(database).find()) {
      assertThat(user.getInt32("visits").getValue())
          .as(user.toJson())
          .isEqualTo(user.getInt32("n").getValue() + 1);
      assertThat(user.getArray("log")).as(user.toJson()).hasSize(1);
    }
    assertThat(resumed.outcome()).allMatch(step -> step.changed() == DOCUMENTS);
    assertThat(Migrations.rollback(database, changelog).verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  private static int cut(MongoDatabase database, Changelog changelog, int command, Cut cut)
      throws IOException {
    try (FaultProxy proxy =
            new FaultProxy(MongoServer.uri(), database.getName(), command, cut).cuttingAll();
        Connection connection = Connection.open(proxy.uri(), database.getName())) {
      try {
        new ApplyRun(Migrations.environment(connection.database(), Duration.ZERO), changelog).run();
      } catch (RunException interrupted) {
        assertThat(interrupted.verdict()).isEqualTo(Verdict.Interrupted);
      } catch (MongoException interrupted) {
        assertThat(TransientFailures.isTransient(interrupted)).as("%s", interrupted).isTrue();
      }
      return proxy.commands();
    }
  }

  private static MongoDatabase seeded() {
    MongoDatabase database = MongoServer.newDatabase();
    List<BsonDocument> documents = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      documents.add(
          BsonDocument.parse(
              "{_id: %s, n: %d, visits: %d}".formatted(i % 2 == 0 ? i : "'s" + i + "'", i, i)));
    }
    users(database).insertMany(documents);
    return database;
  }

  private static MongoCollection<BsonDocument> users(MongoDatabase database) {
    return database.getCollection("users", BsonDocument.class);
  }
}
