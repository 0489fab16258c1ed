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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Updates with `rollback.undo: Skip`.
class SkippedImagesMongoIT {

  private static final String REPEATABLE =
      """
      version: "1"
      steps:
      - name: missing
        update: {collection: users, filter: '{ status: { $exists: false } }', update: '{ $set: { status: "active" } }'}
      - name: lower
        update: {collection: users, update: '[ { $set: { email: { $toLower: "$email" } } } ]'}
      batches: {size: 6}
      rollback: {undo: Skip, onFailure: None}
      """;

  @TestFactory
  Stream<DynamicTest> endsTheSameAfterACutAnywhere() throws IOException {
    Changelog changelog = Migrations.changelog(REPEATABLE);
    MongoDatabase clean = seeded();
    RunResult whole = Migrations.apply(clean, changelog);
    assertThat(whole.failure()).isNull();
    assertThat(whole.outcome()).extracting(step -> step.changed()).containsExactly(20L, 40L);
    int commands = cut(seeded(), changelog, 0, Cut.BEFORE_COMMAND);
    return Stream.of(Cut.BEFORE_COMMAND, Cut.AFTER_COMMAND)
        .flatMap(
            cut ->
                IntStream.iterate(8, command -> command <= commands, command -> command + 3)
                    .mapToObj(
                        command ->
                            dynamicTest(
                                cut + " " + command,
                                () -> {
                                  MongoDatabase database = seeded();
                                  cut(database, changelog, command, cut);
                                  assertThat(Migrations.apply(database, changelog).verdict())
                                      .isEqualTo(Verdict.Applied);
                                  assertThat(Snapshots.of(database)).isEqualTo(Snapshots.of(clean));
                                })));
  }

  @Test
  void keepsNoImagesButOfWhatCouldNotBeRepeated() {
    MongoDatabase database = seeded();

    Migrations.apply(database, Migrations.changelog(REPEATABLE));
    assertThat(Snapshots.ownCollections(database))
        .as("no log where the filter tells what is left, _ids elsewhere")
        .containsExactly("_godwit_history", "_godwit_lock", "_godwit_undo_1_1_1_packs");
    assertThat(database.getCollection("_godwit_undo_1_1_1_packs").find().first().toString())
        .doesNotContain("User");

    MongoDatabase other = seeded();
    Migrations.apply(
        other,
        Migrations.changelog(
            REPEATABLE.replace("{ $set: { status: \"active\" } }", "{ $inc: { status: 1 } }")));
    assertThat(Snapshots.ownCollections(other)).contains("_godwit_undo_1_1_0_packs");
  }

  @Test
  void isNeverTakenForUndone() {
    MongoDatabase database = seeded();
    Changelog changelog = Migrations.changelog(REPEATABLE);
    Migrations.apply(database, changelog);

    RunResult back = Migrations.rollback(database, changelog);

    assertThat(back.verdict()).isEqualTo(Verdict.Refused);
    assertThat(back.failure().message()).contains("kept nothing", "nothing was changed");
  }

  private static int cut(MongoDatabase database, Changelog changelog, int command, Cut cut)
      throws IOException {
    try (FaultProxy proxy = new FaultProxy(MongoServer.uri(), database.getName(), command, cut);
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
    for (int i = 0; i < 40; i++) {
      documents.add(
          BsonDocument.parse(
              i % 2 == 0
                  ? "{_id: %d, email: 'User%d@X.org'}".formatted(i, i)
                  : "{_id: 'k%d', email: 'User%d@X.org', status: 1}".formatted(i, i)));
    }
    users(database).insertMany(documents);
    return database;
  }

  private static MongoCollection<BsonDocument> users(MongoDatabase database) {
    return database.getCollection("users", BsonDocument.class);
  }
}
