package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.ExitCode;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the Jobs of MongoRestores, schedules and deleted MongoBackups run.
class BackupJobsMongoIT {

  private static final String LOCATION = "nightly.uid";

  @TempDir private Path folder;
  @TempDir private Path backups;

  private final MongoDatabase database = MongoServer.newDatabase();

  @BeforeEach
  void backUp() throws IOException {
    database.getCollection("users").insertOne(new Document("_id", 1).append("name", "A"));
    database.getCollection("orders").insertOne(new Document("_id", 1).append("x", 1));
    Files.writeString(folder.resolve("uri"), MongoServer.uri());
    Files.writeString(folder.resolve("log"), "");
    RunResult backedUp =
        run(
            "backup",
            """
            apiVersion: godwit.dev/v1alpha1
            kind: MongoBackup
            metadata: {name: nightly, namespace: shop, uid: b}
            spec:
              target: {secretRef: {name: x}, database: %s}
              storage: {persistentVolumeClaim: {claimName: backups}}
            """
                .formatted(database.getName()));
    assertThat(backedUp.verdict()).isEqualTo(Verdict.BackedUp);
  }

  @AfterEach
  void drop() {
    database.drop();
    MongoServer.client().getDatabase(into()).drop();
  }

  private String into() {
    return database.getName() + "_copy";
  }

  @Test
  void aRestorePutsBackWhatItIsAskedFor() throws IOException {
    database.getCollection("users").deleteMany(new Document());
    database.getCollection("orders").deleteMany(new Document());
    RunResult restored = run("restore", restore("collections: [users]"));
    assertThat(restored.verdict()).as("%s", restored.failure()).isEqualTo(Verdict.Restored);
    assertThat(restored.restore().documents()).isEqualTo(1);
    assertThat(restored.restore().collections()).isEqualTo(1);
    assertThat(restored.setAside()).hasSize(1).allMatch(name -> name.contains("users"));
    assertThat(database.getCollection("users").countDocuments()).isEqualTo(1);
    assertThat(database.getCollection("orders").countDocuments()).isZero();
    RunResult again = run("restore", restore("collections: [users]"));
    assertThat(again.setAside()).as("the same Job twice").isEqualTo(restored.setAside());
  }

  @Test
  void whatARestoreReplacedIsDroppedAndNothingElse() throws IOException {
    String manifest = restore("collections: [users, orders]");
    database.getCollection("users").insertOne(new Document("_id", 2));
    RunResult restored = run("restore", manifest);
    assertThat(restored.setAside()).hasSize(2);
    assertThat(restored.restore().setAside()).isEqualTo(2);
    String users = aside(restored, "users");
    String orders = aside(restored, "orders");
    String newcomer = users.replace("_users", "~2_users");
    database.createCollection(newcomer);
    database.createCollection("_godwit_aside_mrst-other_users");
    rename(orders, "orders_before");
    database.createCollection(orders);

    RunResult dropped = run("discard", manifest);

    assertThat(dropped.verdict()).as("%s", dropped.failure()).isEqualTo(Verdict.Deleted);
    List<String> names = database.listCollectionNames().into(new ArrayList<>());
    assertThat(names).doesNotContain(users);
    assertThat(names)
        .contains("users", "orders", "orders_before", newcomer, "_godwit_aside_mrst-other_users");
    assertThat(database.getCollection("users").countDocuments()).isEqualTo(1);
    assertThat(names).as("somebody else's by now").contains(orders);
    assertThat(dropped.setAside()).containsExactlyInAnyOrder(newcomer, orders);
    Map<String, String> after = Snapshots.of(database);
    assertThat(run("discard", manifest).verdict()).isEqualTo(Verdict.Deleted);
    assertThat(run("restore", manifest).verdict()).isEqualTo(Verdict.Restored);
    assertThat(Snapshots.of(database)).as("both Jobs twice").isEqualTo(after);
  }

  @Test
  void withoutARecordNothingIsDropped() throws IOException {
    String manifest = restore("collections: [users]");
    String users = aside(run("restore", manifest), "users");
    database.getCollection("_godwit_scratch_restore").drop();

    RunResult refused = run("discard", manifest);

    assertThat(refused.verdict()).isEqualTo(Verdict.Refused);
    assertThat(refused.failure().message()).contains(users, "by hand");
    assertThat(database.listCollectionNames().into(new ArrayList<>())).contains(users);
  }

  private static String aside(RunResult restored, String collection) {
    return restored.setAside().stream()
        .filter(name -> name.endsWith("_" + collection))
        .findFirst()
        .orElseThrow();
  }

  private void rename(String from, String to) {
    database
        .getCollection(from)
        .renameCollection(new com.mongodb.MongoNamespace(database.getName(), to));
  }

  @Test
  void intoPutsItIntoAnotherDatabase() throws IOException {
    RunResult restored = run("restore", restore("into: " + into()));
    assertThat(restored.verdict()).as("%s", restored.failure()).isEqualTo(Verdict.Restored);
    assertThat(restored.database()).isEqualTo(into());
    MongoDatabase copy = MongoServer.client().getDatabase(into());
    assertThat(copy.getCollection("users").find().first())
        .isEqualTo(database.getCollection("users").find().first());
  }

  @Test
  void intoRenamesAndTransformMakeACopyThatSaysNoNames() throws IOException {
    RunResult restored =
        run(
            "restore",
            restore(
                """
                into: %s
                  collections: [users]
                  renames: [{from: users, to: people}]
                  transform:
                  - name: names
                    update: {collection: people, filter: '{}', update: '{ $set: { name: "X" } }'}
                """
                    .formatted(into())));

    assertThat(restored.verdict()).as("%s", restored.failure()).isEqualTo(Verdict.Restored);
    MongoDatabase copy = MongoServer.client().getDatabase(into());
    assertThat(copy.getCollection("people").find().first())
        .isEqualTo(new Document("_id", 1).append("name", "X"));
    assertThat(database.getCollection("users").find().first())
        .isEqualTo(new Document("_id", 1).append("name", "A"));
  }

  @Test
  void overwriteSetsNothingAside() throws IOException {
    database.getCollection("users").deleteMany(new Document());

    RunResult restored = run("restore", restore("mode: Overwrite"));

    assertThat(restored.verdict()).as("%s", restored.failure()).isEqualTo(Verdict.Restored);
    assertThat(restored.setAside()).isEmpty();
    assertThat(database.getCollection("users").countDocuments()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "renames: [{from: users, to: a}, {from: users, to: b}]",
        "transform: [{name: drop, dropCollection: {name: users}}]",
        "transform: [{name: x, update: {collection: nobody, filter: '{}', update: '{ $set: { a: 1 } }'}}]"
      })
  void whatCannotBeDoneIsRefusedBeforeAnythingIsChanged(String wrong) throws IOException {
    Map<String, String> before = Snapshots.of(database);
    RunResult refused = run("restore", restore(wrong));
    assertThat(refused.verdict()).isEqualTo(Verdict.Refused);
    assertThat(refused.failure().message()).isNotBlank();
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void aBackupOfAnotherDatabaseIsRefusedUnlessIntoSaysSo() throws IOException {
    String manifest = restore("").replace("database: " + database.getName(), "database: " + into());
    RunResult refused = run("restore", manifest);
    assertThat(refused.verdict()).isEqualTo(Verdict.Refused);
    assertThat(refused.failure().message()).contains(database.getName(), "into: " + into());
    assertThat(MongoServer.client().listDatabaseNames().into(new ArrayList<>()))
        .doesNotContain(into());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Checksum", "Restore"})
  void aVerificationLeavesNothingBehind(String mode) throws IOException {
    Map<String, String> before = Snapshots.of(database);
    RunResult verified = run("verify", schedule(mode));
    assertThat(verified.verdict()).as("%s", verified.failure()).isEqualTo(Verdict.Verified);
    assertThat(verified.backup().documents()).isEqualTo(2);
    assertThat(Snapshots.of(database)).isEqualTo(before);
    assertThat(MongoServer.client().listDatabaseNames().into(new ArrayList<>()))
        .noneMatch(name -> name.startsWith(VerifyJob.SCRATCH_PREFIX));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Checksum", "Restore"})
  void aVerificationFindsAFlippedByte(String mode) throws IOException {
    try (RandomAccessFile archive =
        new RandomAccessFile(backups.resolve(LOCATION).resolve("archive.gz").toFile(), "rw")) {
      archive.seek(archive.length() / 2);
      int old = archive.read();
      archive.seek(archive.length() / 2);
      archive.write(old ^ 1);
    }
    RunResult refused = run("verify", schedule(mode));
    assertThat(refused.verdict()).isEqualTo(Verdict.Refused);
    assertThat(refused.failure().message()).isNotBlank();
    assertThat(MongoServer.client().listDatabaseNames().into(new ArrayList<>()))
        .noneMatch(name -> name.startsWith(VerifyJob.SCRATCH_PREFIX));
  }

  @Test
  void aDeletionTakesThisBackupAlone() throws IOException {
    Path other = Files.createDirectories(backups.resolve(LOCATION + "2"));
    Files.writeString(other.resolve("manifest.json"), "{}");
    for (int time = 0; time < 2; time++) {
      RunResult deleted = run("delete", null);
      assertThat(deleted.verdict()).isEqualTo(Verdict.Deleted);
    }
    try (Stream<Path> files = Files.walk(backups)) {
      assertThat(files.filter(Files::isRegularFile))
          .containsExactly(other.resolve("manifest.json"));
    }
  }

  private String restore(String rest) {
    return """
    apiVersion: godwit.dev/v1alpha1
    kind: MongoRestore
    metadata: {name: back, namespace: shop, uid: %s}
    spec:
      source: {backupRef: {name: nightly}}
      target: {secretRef: {name: x}, database: %s}
      %s
    """
        .formatted(database.getName(), database.getName(), rest);
  }

  private String schedule(String mode) {
    return """
    apiVersion: godwit.dev/v1alpha1
    kind: MongoBackupSchedule
    metadata: {name: nightly, namespace: shop, uid: %s}
    spec:
      schedule: "@daily"
      template:
        target: {secretRef: {name: x}, database: %s}
        storage: {persistentVolumeClaim: {claimName: backups}}
      verifyMode: %s
    """
        .formatted(database.getName(), database.getName(), mode);
  }

  /// Runs a Job's command; its exit code must be that of its verdict.
  private RunResult run(String command, String manifest) throws IOException {
    List<String> args = new ArrayList<>(List.of("job", command));
    if (!command.equals("discard")) {
      args.addAll(List.of("--backup-dir", backups.toString(), "--location", LOCATION));
    }
    args.addAll(List.of("--termination-log", folder.resolve("log").toString()));
    if (manifest != null) {
      Path file = Files.writeString(folder.resolve("manifest.yaml"), manifest);
      args.addAll(List.of("--manifest", file.toString()));
      args.addAll(List.of("--uri-file", folder.resolve("uri").toString()));
    }
    int exitCode = Cli.run(args.toArray(String[]::new)).exitCode();
    RunResult result =
        new ObjectMapper().readValue(Files.readString(folder.resolve("log")), RunResult.class);
    assertThat(exitCode)
        .isEqualTo(result.verdict() == Verdict.Refused ? ExitCode.REFUSED : ExitCode.DONE);
    return result;
  }
}
