package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.backup.Dump;
import dev.godwit.engine.backup.Restore;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.VersionState.State;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Steps with a rollback of their own, and commands, which have no other.
class OwnRollbackMongoIT {

  private static final String OWN =
      """
      version: "001"
      steps:
      - name: before
        update: {collection: users, update: '{ $set: { seen: true } }'}
      - name: prices
        update: {collection: users, update: '{ $inc: { price: 10 } }'}
        rollback:
        - update: {collection: users, update: '{ $inc: { price: -7 } }'}
        - insert: {collection: audit, documents: ['{ note: "taken back" }']}
        - update: {collection: users, filter: '{ price: { $gte: 0 } }', update: '{ $inc: { price: -3 }, $push: { log: "back" } }'}
      - name: hide
        runCommand:
          command: '{ collMod: "users", index: { name: "price_1", hidden: true } }'
          collections: [users]
        rollback:
        - runCommand:
            command: '{ collMod: "users", index: { name: "price_1", hidden: false } }'
            collections: [users]
      batches: {size: 4}
      """;

  @TempDir Path backups;
  private MongoDatabase database;

  @BeforeEach
  void seed() {
    database = seeded();
  }

  @Test
  void runsTheStepsOwnRollbackInsteadOfTheRecord() {
    Changelog changelog = Migrations.changelog(OWN);
    assertThat(Migrations.apply(database, changelog).failure()).isNull();
    assertThat(hidden()).isTrue();

    RunResult back = Migrations.rollback(database, changelog);

    assertThat(back.failure()).isNull();
    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(back.restored()).isNull();
    assertTakenBackByOwn(database);
    assertThat(hidden()).isFalse();
    assertThat(Snapshots.ownCollections(database))
        .containsExactly("_godwit_history", "_godwit_lock");
  }

  @TestFactory
  Stream<DynamicTest> itsOperationsAreDoneOnceWhateverCutsThem() throws IOException {
    Changelog changelog = Migrations.changelog(OWN);
    MongoDatabase counted = seeded();
    Migrations.apply(counted, changelog);
    int commands = CutRun.count(counted, one -> CutRun.rollback(one, changelog));
    return CutRun.points("rollback", commands)
        .map(
            point ->
                dynamicTest(
                    point.toString(),
                    () -> {
                      MongoDatabase one = seeded();
                      Migrations.apply(one, changelog);
                      CutRun.interrupted(one, point, it -> CutRun.rollback(it, changelog));
                      RunResult back = Migrations.rollback(one, changelog);
                      assertThat(back.failure()).isNull();
                      assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
                      assertTakenBackByOwn(one);
                      assertThat(Snapshots.ownCollections(one))
                          .containsExactly("_godwit_history", "_godwit_lock");
                    }));
  }

  @Test
  void anUnfinishedStepIsUndoneFromTheRecord() {
    Changelog changelog =
        Migrations.changelog(
            """
            version: "001"
            steps:
            - name: prices
              update: {collection: users, update: '[ { $set: { price: { $add: [ 10, { $divide: [ 1, { $subtract: [ "$price", 7 ] } ] } ] } } } ]'}
              rollback:
              - update: {collection: users, update: '{ $inc: { price: -10 } }'}
            batches: {size: 2}
            """);
    Map<String, String> before = Snapshots.of(database);

    assertThat(Migrations.apply(database, changelog).verdict()).isEqualTo(Verdict.StepFailed);
    RunResult back = Migrations.rollback(database, changelog);

    assertThat(back.failure()).isNull();
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void goesToTheBackupAtOnceWhereACommandHasNoOtherWay() {
    for (String collections : List.of(", collections: [users]", "")) {
      database = seeded();
      Map<String, String> before = Snapshots.of(database);
      Changelog changelog =
          Migrations.changelog(
              """
              version: "001"
              steps:
              - name: audit
                createCollection: {collection: audit}
              - name: command
                runCommand: {command: '{ collMod: "users", index: { name: "price_1", hidden: true } }'%s}
              - name: prices
                update: {collection: users, update: '{ $inc: { price: 10 } }'}
              verify:
                checks: [{name: never, count: {collection: users, equals: 0}}]
              """
                  .formatted(collections));
      String location = "b" + collections.length();
      dump(location, changelog);
      assertThat(Migrations.apply(database, changelog).verdict())
          .isEqualTo(Verdict.VerificationFailed);

      RunResult back = rollback(location, changelog);

      assertThat(back.failure()).isNull();
      assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
      assertThat(back.restored()).isTrue();
      assertThat(back.outcome()).as("no step is undone first").isNullOrEmpty();
      assertThat(Snapshots.of(database)).isEqualTo(before);
    }
  }

  @Test
  void neverPretendsToTakeACommandBackWithoutABackup() {
    Changelog changelog =
        Migrations.changelog(
            "{version: '1', steps: [{name: c, runCommand: {command: '{ collMod: \"users\", index: { name: \"price_1\", hidden: true } }', collections: [users]}}]}");
    Migrations.apply(database, changelog);

    RunResult refused = Migrations.rollback(database, changelog);

    assertThat(refused.verdict()).isEqualTo(Verdict.Refused);
    assertThat(refused.failure().reason()).isEqualTo("NoUndo");
    assertThat(History.read(database).of("1").orElseThrow().state()).isEqualTo(State.Verified);
    assertThat(hidden()).as("the data is left as it is").isTrue();
  }

  @Test
  void aFailingOwnRollbackGoesToTheBackup() {
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog =
        Migrations.changelog(
            """
            version: "001"
            steps:
            - name: prices
              update: {collection: users, update: '{ $inc: { price: 10 } }'}
              rollback:
              - update: {collection: users, update: '{ $inc: { price: -10 } }'}
              - createIndexes: {collection: users, indexes: [{keys: [same], unique: true}]}
            verify:
              checks: [{name: never, count: {collection: users, equals: 0}}]
            """);
    dump("b", changelog);
    Migrations.apply(database, changelog);

    RunResult back = rollback("b", changelog);

    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(back.restored()).isTrue();
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  private static void assertTakenBackByOwn(MongoDatabase database) {
    List<BsonDocument> expected = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      expected.add(
          BsonDocument.parse("{_id: %d, price: %d, same: 1, log: ['back']}".formatted(i, i)));
    }
    assertThat(users(database).find().sort(BsonDocument.parse("{_id: 1}")).into(new ArrayList<>()))
        .isEqualTo(expected);
    assertThat(database.getCollection("audit").countDocuments()).isEqualTo(1);
  }

  private boolean hidden() {
    return users(database).listIndexes(BsonDocument.class).into(new ArrayList<>()).stream()
        .anyMatch(index -> index.containsKey("hidden"));
  }

  private void dump(String location, Changelog changelog) {
    new Dump(database, new FileSystemStorage(backups), progress -> {}, new StopSignal())
        .run(
            location,
            changelog.touchesWholeDatabase() ? List.of() : changelog.collections(),
            Compression.DEFAULT,
            BackupVerification.Checksum);
  }

  private RunResult rollback(String location, Changelog changelog) {
    Restore restore =
        new Restore(database, new FileSystemStorage(backups), progress -> {}, new StopSignal());
    return new RollbackRun(
            Migrations.environment(database),
            changelog,
            Optional.of(
                (collections, tag, lease) -> restore.swap(location, collections, tag).setAside()))
        .run();
  }

  private static MongoDatabase seeded() {
    MongoDatabase database = MongoServer.newDatabase();
    for (int i = 0; i < 10; i++) {
      users(database)
          .insertOne(BsonDocument.parse("{_id: %d, price: %d, same: 1}".formatted(i, i)));
    }
    users(database).createIndex(BsonDocument.parse("{price: 1}"), new IndexOptions());
    return database;
  }

  private static MongoCollection<BsonDocument> users(MongoDatabase database) {
    return database.getCollection("users", BsonDocument.class);
  }
}
