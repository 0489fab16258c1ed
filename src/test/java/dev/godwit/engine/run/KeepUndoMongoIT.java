package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.backup.Dump;
import dev.godwit.engine.backup.Restore;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.KeptUndo;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What could take a migration back is kept for `keepUndoFor` and dropped by any run afterwards.
class KeepUndoMongoIT {

  private static final String SPEC =
      """
      version: "0"
      steps:
      - name: visits
        update: {collection: users, update: '{ $inc: { visits: 1 } }'}
      - name: away
        dropCollection: {collection: old}
      rollback: {keepUndoFor: %s}
      """;

  @TempDir Path backups;
  private MongoDatabase database;

  @BeforeEach
  void seed() {
    database = MongoServer.newDatabase();
    collection("users").insertOne(BsonDocument.parse("{_id: 1, visits: 1}"));
    collection("old").insertOne(BsonDocument.parse("{_id: 1}"));
  }

  @Test
  void dropsNothingBeforeTheTimeIsOver() {
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog = Migrations.changelog(SPEC.formatted("1h"));
    Migrations.apply(database, changelog);
    List<String> kept = undoData();

    Changelog next = another("0_1");
    Migrations.apply(database, next);

    assertThat(kept).hasSize(2);
    assertThat(undoData()).containsAll(kept);
    assertThat(Migrations.rollback(database, next).verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Migrations.rollback(database, changelog).verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void dropsAtTheNextRunOfAnyMigrationAndNeverPretendsToTakeBackThen() {
    Changelog changelog = Migrations.changelog(SPEC.formatted("1s"));
    Migrations.apply(database, changelog);
    List<String> kept = undoData();
    assertThat(kept).hasSize(2);
    Changelog next = another("0_1");

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertThat(Migrations.apply(database, next).verdict()).isEqualTo(Verdict.Applied);
              assertThat(undoData()).doesNotContainAnyElementsOf(kept);
            });
    assertThat(undoData()).as("of the other version").hasSize(1);
    assertThat(Migrations.rollback(database, next).verdict()).isEqualTo(Verdict.RolledBack);
    Map<String, String> applied = Snapshots.of(database);

    RunResult refused = Migrations.rollback(database, changelog);

    assertThat(refused.verdict()).isEqualTo(Verdict.Refused);
    assertThat(refused.failure().reason()).isEqualTo("UndoDropped");
    assertThat(refused.failure().message()).contains("nothing was changed", "MongoRestore");
    assertThat(Snapshots.of(database)).isEqualTo(applied);
    assertThat(Migrations.apply(database, changelog).verdict())
        .as("it is still applied")
        .isEqualTo(Verdict.Applied);
  }

  @Test
  void theBackupIsPutInPlaceWhenSomebodySaysSo() {
    Map<String, String> before = Snapshots.of(database);
    new Dump(database, new FileSystemStorage(backups), progress -> {}, new StopSignal())
        .run("b", List.of("old", "users"), Compression.DEFAULT, BackupVerification.Checksum);
    Migrations.apply(database, Migrations.changelog(SPEC.formatted("0s")));
    Migrations.apply(database, Migrations.changelog(SPEC.formatted("0s")));
    assertThat(undoData()).isEmpty();

    RunResult back =
        restore(Migrations.changelog(SPEC.formatted("0s, onFailure: Restore") + "retry: 1\n"));

    assertThat(back.failure()).isNull();
    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
    assertThat(undoData()).as("what the restore replaced").hasSize(1);

    Migrations.apply(database, another("0_1"));
    assertThat(undoData()).as("is dropped in its turn").noneMatch(name -> name.contains("aside"));
  }

  @Test
  void aRollbackUsesWhatIsStillThere() {
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog = Migrations.changelog(SPEC.formatted("0s"));
    Migrations.apply(database, changelog);

    assertThat(Migrations.rollback(database, changelog).verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void whatAnApplicationCreatedIsNeverDropped() {
    Changelog changelog = Migrations.changelog(SPEC.formatted("0s"));
    Migrations.apply(database, changelog);
    collection("old").insertOne(BsonDocument.parse("{_id: 'of the application'}"));
    Migrations.rollback(database, changelog);

    Migrations.apply(database, another("0_1"));
    Migrations.apply(database, another("0_2"));

    assertThat(undoData().stream().filter(name -> name.contains("_aside_")))
        .singleElement()
        .satisfies(name -> assertThat(collection(name).countDocuments()).isEqualTo(1));
  }

  @Test
  void goesOnWithTheDroppingAfterACrash() {
    Changelog changelog = Migrations.changelog(SPEC.formatted("0s"));
    Migrations.apply(database, changelog);
    Migrations.apply(database, changelog);
    assertThat(undoData()).isEmpty();
    collection("_godwit_undo_0_1_0").insertOne(BsonDocument.parse("{_id: 1}"));
    collection("_godwit_undo_0_1_1_0").insertOne(BsonDocument.parse("{_id: 'of version 0_1'}"));

    Migrations.apply(database, changelog);

    assertThat(undoData()).containsExactly("_godwit_undo_0_1_1_0");
  }

  /// Without it a rollback that was cut would take its own half-emptied log for a lost one.
  @Test
  void theCheckpointOfARunStaysWhenUndoDataOfAnotherVersionAreDropped() {
    BsonDocument checkpoint = BsonDocument.parse("{undoing: 3}");
    new LockedRun(Migrations.environment(database))
        .run(
            (history, lease) -> {
              Attempt old = new Attempt("0", 1, "c", 0);
              history.append(EventType.Started, old, null, null, new BsonDocument());
              history.append(EventType.Verified, old, null, null, KeptUndo.details(Duration.ZERO));
              history.checkpoint(checkpoint);
              new UndoCleanup(Migrations.environment(database), history)
                  .run(History.read(database), null);
              assertThat(History.read(database).of("0").orElseThrow().kept().isDropped()).isTrue();
              assertThat(history.checkpoint()).isEqualTo(checkpoint);
              return null;
            });
  }

  private RunResult restore(Changelog changelog) {
    Restore restore =
        new Restore(database, new FileSystemStorage(backups), progress -> {}, new StopSignal());
    return new RollbackRun(
            Migrations.environment(database),
            changelog,
            Optional.of(
                (collections, tag, lease) -> restore.swap("b", collections, tag).setAside()))
        .run();
  }

  private static Changelog another(String version) {
    return Migrations.changelog(
        "{version: '%s', steps: [{name: s, update: {collection: users, update: '{ $inc: { more: 1 } }'}}]}"
            .formatted(version));
  }

  private List<String> undoData() {
    return Snapshots.ownCollections(database).stream()
        .filter(name -> name.startsWith("_godwit_undo_") || name.startsWith("_godwit_aside_"))
        .toList();
  }

  private MongoCollection<BsonDocument> collection(String name) {
    return database.getCollection(name, BsonDocument.class);
  }
}
