package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastResortMongoIT {

  private static final String SPEC =
      """
      version: "0_1"
      steps:
      - name: roles
        insert: {collection: roles, documents: ['{ _id: 1, name: "admin" }']}
      - name: visits
        update: {collection: users, update: '{ $inc: { visits: 1 } }'}
      verify:
        checks:
        - {name: never, count: {collection: users, equals: 0}}
      """;

  @TempDir Path backups;
  private MongoDatabase database;

  @BeforeEach
  void seed() {
    database = MongoServer.newDatabase();
    List<BsonDocument> documents = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      documents.add(BsonDocument.parse("{_id: %d, visits: %d}".formatted(i, i)));
    }
    users().insertMany(documents);
  }

  @Test
  void restoresTheBackupWhenTheUndoLogIsGone() {
    Map<String, String> before = Snapshots.of(database);
    dump();
    Changelog changelog = Migrations.changelog(SPEC);
    Migrations.apply(database, changelog);
    users().insertOne(BsonDocument.parse("{_id: 'since the backup'}"));
    dropUndoLog();

    RunResult back = rollback(changelog);

    assertThat(back.failure()).isNull();
    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(back.restored()).isTrue();
    assertThat(Snapshots.of(database)).isEqualTo(before);
    assertThat(back.setAside()).isNotEmpty();
    assertThat(
            back.setAside().stream()
                .mapToLong(
                    name ->
                        database
                            .getCollection(name)
                            .countDocuments(BsonDocument.parse("{_id: 'since the backup'}")))
                .sum())
        .as("what was written since the backup is kept aside")
        .isEqualTo(1);
    assertThat(rollback(changelog).verdict()).isEqualTo(Verdict.RolledBack);
  }

  @Test
  void tellsWhatARestoreSetAsideAlsoWhenItWasCutAfterwards() {
    dump();
    Changelog changelog = Migrations.changelog(SPEC);
    Migrations.apply(database, changelog);
    users().insertOne(BsonDocument.parse("{_id: 'rival', visits: 0}"));
    users().createIndex(BsonDocument.parse("{visits: 1}"), new IndexOptions().unique(true));
    RunResult whole = rollback(changelog);
    MongoCollection<BsonDocument> history =
        database.getCollection("_godwit_history", BsonDocument.class);
    BsonDocument restored = history.find(BsonDocument.parse("{event: 'Restored'}")).first();
    long sequence = restored.getNumber("_id").longValue();
    history.deleteOne(BsonDocument.parse("{event: 'RolledBack'}"));
    restored.remove("_id");
    history.updateOne(
        BsonDocument.parse("{_id: 'head'}"),
        new BsonDocument(
            "$set",
            new BsonDocument("event", restored).append("sequence", new BsonInt64(sequence))));

    RunResult back = rollback(changelog);

    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(back.setAside()).isNotEmpty().isEqualTo(whole.setAside());
  }

  @Test
  void neverClaimsToBeBackWhenNeitherLogNorBackupIsThere() {
    Changelog changelog = Migrations.changelog(SPEC);
    Migrations.apply(database, changelog);
    dropUndoLog();
    Map<String, String> applied = Snapshots.of(database);

    RunResult failed = Migrations.rollback(database, changelog);

    assertThat(failed.verdict()).isEqualTo(Verdict.RollbackFailed);
    assertThat(failed.failure().reason()).isEqualTo("UndoLogIncomplete");
    assertThat(failed.failure().message()).contains("30 documents", "spec.retry");
    assertThat(Snapshots.of(database)).as("the data is left as it is").isEqualTo(applied);
    assertThat(Migrations.apply(database, changelog).verdict()).isEqualTo(Verdict.RollbackFailed);
  }

  /// What is applied and verified is not called half taken back when nothing was begun.
  @Test
  void aRestoreWithoutABackupIsRefusedBeforeItBegins() {
    String spec = SPEC.substring(0, SPEC.indexOf("verify:")) + "rollback: {onFailure: Restore}\n";
    Migrations.apply(database, Migrations.changelog(spec));

    RunResult refused = Migrations.rollback(database, Migrations.changelog(spec));

    assertThat(refused.verdict()).isEqualTo(Verdict.Refused);
    assertThat(refused.failure().reason()).isEqualTo("BackupMissing");
    assertThat(History.read(database).of("0_1").orElseThrow().state()).isEqualTo(State.Verified);
  }

  /// Applications have written on the migrated data since.
  @Test
  void whatWasVerifiedIsNotPutBackFromTheBackupUnlessSomebodySaysSo() {
    Map<String, String> before = Snapshots.of(database);
    dump();
    String spec = SPEC.substring(0, SPEC.indexOf("verify:"));
    Changelog changelog = Migrations.changelog(spec);
    assertThat(Migrations.apply(database, changelog).verdict()).isEqualTo(Verdict.Applied);
    users().insertOne(BsonDocument.parse("{_id: 'since the backup'}"));
    dropUndoLog();
    Map<String, String> applied = Snapshots.of(database);

    RunResult failed = rollback(changelog);

    assertThat(failed.verdict()).isEqualTo(Verdict.RollbackFailed);
    assertThat(failed.failure().message()).contains("rollback.onFailure to Restore", "spec.retry");
    assertThat(failed.setAside()).isNull();
    assertThat(Snapshots.of(database)).isEqualTo(applied);

    RunResult back =
        rollback(Migrations.changelog(spec + "rollback: {onFailure: Restore}\nretry: 1\n"));

    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(back.restored()).isTrue();
    Map<String, String> now = new java.util.TreeMap<>(Snapshots.of(database));
    now.keySet().removeAll(back.setAside());
    assertThat(now).isEqualTo(before);
  }

  @Test
  void restoresAtOnceWhenAskedTo() {
    Map<String, String> before = Snapshots.of(database);
    dump();
    Changelog changelog = Migrations.changelog(SPEC + "rollback: {onFailure: Restore}\n");
    Migrations.apply(database, changelog);

    RunResult back = rollback(changelog);

    assertThat(back.verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(back.restored()).isTrue();
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  private void dropUndoLog() {
    Snapshots.ownCollections(database).stream()
        .filter(name -> name.startsWith("_godwit_undo_0_1_1_1"))
        .forEach(name -> database.getCollection(name).drop());
  }

  private void dump() {
    new Dump(database, new FileSystemStorage(backups), progress -> {}, new StopSignal())
        .run("b", List.of("roles", "users"), Compression.DEFAULT, BackupVerification.Checksum);
  }

  private RunResult rollback(Changelog changelog) {
    Restore restore =
        new Restore(database, new FileSystemStorage(backups), progress -> {}, new StopSignal());
    return new RollbackRun(
            Migrations.environment(database),
            changelog,
            Optional.of(
                (collections, tag, lease) -> restore.swap("b", collections, tag).setAside()))
        .run();
  }

  private MongoCollection<BsonDocument> users() {
    return database.getCollection("users", BsonDocument.class);
  }
}
