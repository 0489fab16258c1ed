package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.ExitCode;
import dev.godwit.cli.Cli.Answer;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.VersionState;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.nio.file.Path;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupRestoreMongoIT {

  @TempDir private Path manifests;
  @TempDir private Path backups;

  private final MongoDatabase database = MongoServer.newDatabase();
  private Folder folder;

  @BeforeEach
  void seed() {
    folder = new Folder(manifests, database.getName());
    database.getCollection("users").insertOne(new Document("_id", 1));
    database.getCollection("orders").insertOne(new Document("_id", 1).append("x", 1));
    folder.write("1", Folder.setsField("a"));
    folder.write("2", Folder.setsField("b"));
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  @Test
  void whatWasBackedUpComesBackAndTheHistoryKnowsWhatWentWithIt() {
    folder.run("up", "--no-backup", "--to", "1");
    Map<String, String> then = Snapshots.of(database);
    JsonNode backup =
        folder.runWithoutFiles("backup", "--backup-dir", backups.toString(), "-o", "json").json();
    assertThat(backup.path("documents").asInt()).isGreaterThanOrEqualTo(2);
    assertThat(backup.path("verified").asBoolean()).isTrue();
    folder.run("up", "--no-backup");
    database.getCollection("orders").deleteMany(new Document());

    Answer unasked = restore(backup);
    assertThat(unasked.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(unasked.err()).contains("Not applied any more will be: 2.");
    Answer restored = restore(backup, "--yes", "-o", "json");

    assertThat(restored.exitCode()).as(restored.err()).isEqualTo(ExitCode.DONE);
    assertThat(restored.json().path("undone").get(0).asText()).isEqualTo("2");
    assertThat(restored.json().path("setAside")).hasSize(2);
    assertThat(Snapshots.of(database)).isEqualTo(then);
    assertThat(state("1")).isEqualTo(VersionState.State.Verified);
    assertThat(state("2")).isEqualTo(VersionState.State.RolledBack);
    assertThat(Snapshots.ownCollections(database)).noneMatch(name -> name.contains("undo_2"));

    assertThat(folder.run("up", "--no-backup").exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(state("2")).isEqualTo(VersionState.State.Verified);
  }

  @Test
  void aRestoreThatHasEndedIsRepeatedWithoutTakingAwayWhatCameSinceAndDropsWhatItReplaced() {
    folder.run("up", "--no-backup", "--to", "1");
    JsonNode backup =
        folder.runWithoutFiles("backup", "--backup-dir", backups.toString(), "-o", "json").json();
    folder.run("up", "--no-backup");
    JsonNode first = restore(backup, "--tag", "t", "--yes", "-o", "json").json();
    assertThat(first.path("undone").get(0).asText()).isEqualTo("2");
    folder.run("up", "--no-backup");
    Map<String, String> now = Snapshots.of(database);

    Answer again = restore(backup, "--tag", "t", "--drop-replaced", "--yes", "-o", "json");

    assertThat(again.exitCode()).as(again.err()).isEqualTo(ExitCode.DONE);
    assertThat(again.err()).contains("What it replaces is dropped");
    assertThat(again.json().path("undone")).isEqualTo(first.path("undone"));
    assertThat(again.json().path("setAside")).isEmpty();
    assertThat(state("2")).as("applied since").isEqualTo(VersionState.State.Verified);
    assertThat(Snapshots.of(database)).isEqualTo(now);
    assertThat(Snapshots.ownCollections(database)).noneMatch(name -> name.contains("aside_t"));
  }

  @Test
  void aCollectionThatNoVersionTouchedComesBackAlone() {
    JsonNode backup =
        folder.runWithoutFiles("backup", "--backup-dir", backups.toString(), "-o", "json").json();
    folder.run("up", "--no-backup");
    database.getCollection("orders").deleteMany(new Document());

    Answer restored = restore(backup, "--collection", "orders", "--yes");

    assertThat(restored.exitCode()).as(restored.err()).isEqualTo(ExitCode.DONE);
    assertThat(database.getCollection("orders").countDocuments()).isOne();
    assertThat(state("2")).isEqualTo(VersionState.State.Verified);
  }

  @Test
  void aBackupWhoseVersionsWereTakenBackSinceIsRefused() {
    folder.run("up", "--no-backup");
    JsonNode backup =
        folder.runWithoutFiles("backup", "--backup-dir", backups.toString(), "-o", "json").json();
    folder.run("down", "--to", "1", "--yes");
    Map<String, String> before = Snapshots.of(database);

    Answer restored = restore(backup, "--yes");

    assertThat(restored.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(restored.err()).contains("the backup holds changes of version 2");
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void aVersionIsNotHalfTakenBack() {
    JsonNode backup =
        folder.runWithoutFiles("backup", "--backup-dir", backups.toString(), "-o", "json").json();
    folder.write(
        "3",
        """
        steps:
        - {name: one, update: {collection: users, filter: '{}', update: '{$set: {z: 1}}'}}
        - {name: two, update: {collection: orders, filter: '{}', update: '{$set: {z: 1}}'}}
        """);
    folder.run("up", "--no-backup");

    Answer restored = restore(backup, "--collection", "orders", "--yes");

    assertThat(restored.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(restored.err()).contains("version 3", "[orders, users]");
  }

  @Test
  void whatIsNotThereIsSaid() {
    Answer folderMissing = folder.runWithoutFiles("backup", "--backup-dir", "/nowhere");
    Answer backupMissing =
        folder.runWithoutFiles(
            "restore", "--backup-dir", backups.toString(), "--location", "none", "--yes");

    assertThat(folderMissing.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(folderMissing.err()).contains("'/nowhere' is no folder");
    assertThat(backupMissing.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(backupMissing.err()).contains("no finished backup at 'none'");
  }

  @Test
  void aBackupOfAnotherDatabaseIsRestoredOnlyWhenThatIsSaid() {
    JsonNode backup =
        folder.runWithoutFiles("backup", "--backup-dir", backups.toString(), "-o", "json").json();
    MongoDatabase other = MongoServer.newDatabase();
    try {
      folder = new Folder(manifests, other.getName());

      Answer refused = restore(backup, "--yes");
      Answer said = restore(backup, "--yes", "-o", "json", "--from-database", database.getName());

      assertThat(refused.exitCode()).isEqualTo(ExitCode.REFUSED);
      assertThat(refused.err()).contains("--from-database " + database.getName());
      assertThat(said.exitCode()).as(said.err()).isEqualTo(ExitCode.DONE);
      assertThat(said.err()).contains("This replaces", "go on with --tag r-");
      assertThat(other.getCollection("users").countDocuments()).isOne();
    } finally {
      other.drop();
    }
  }

  private Answer restore(JsonNode backup, String... more) {
    String[] args =
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of(
                    "--backup-dir",
                    backups.toString(),
                    "--location",
                    backup.path("location").asText()),
                java.util.stream.Stream.of(more))
            .toArray(String[]::new);
    return folder.runWithoutFiles("restore", args);
  }

  private VersionState.State state(String version) {
    return History.read(database).of(version).orElseThrow().state();
  }
}
