package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.ExitCode;
import dev.godwit.cli.Cli.Answer;
import dev.godwit.engine.storage.Bucket;
import dev.godwit.engine.storage.BucketStorage;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.ObjectStore;
import dev.godwit.testing.Snapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Backups in a bucket, by the command line.
class BucketMongoIT {

  @TempDir private Path folder;

  private final MongoDatabase database = MongoServer.newDatabase();
  private final MongoDatabase other = MongoServer.newDatabase();
  private final Bucket bucket = ObjectStore.newBucket();

  @BeforeEach
  void seed() {
    for (int i = 0; i < 3; i++) {
      database.getCollection("users").insertOne(new Document("_id", i).append("name", "n" + i));
    }
  }

  @AfterEach
  void drop() {
    database.drop();
    other.drop();
  }

  @Test
  void aBackupIsTakenListedRestoredAndDeleted() {
    Map<String, String> then = Snapshots.of(database);
    JsonNode taken = onServer("backup", "--location", "shop/b1", "-o", "json").json();
    assertThat(taken.path("verified").asBoolean()).isTrue();
    database.getCollection("users").deleteOne(new Document("_id", 1));

    Answer list = inBucket("backup", "list", "-o", "json");
    assertThat(list.exitCode()).as(list.err()).isEqualTo(ExitCode.DONE);
    JsonNode listed = list.json();
    assertThat(listed).hasSize(1);
    assertThat(listed.get(0).path("location").asText()).isEqualTo("shop/b1");
    assertThat(listed.get(0).path("manifestSha256")).isEqualTo(taken.path("manifestSha256"));
    assertThat(inBucket("backup", "list").out()).contains("shop/b1", database.getName(), "yes");
    assertThat(inBucket("backup", "list", "-d", "other").out()).contains("There is no backup");

    Answer restored = onServer("restore", "--location", "shop/b1", "--yes");
    assertThat(restored.exitCode()).as(restored.err()).isEqualTo(ExitCode.DONE);
    assertThat(Snapshots.of(database)).isEqualTo(then);

    assertThat(inBucket("backup", "delete", "--location", "shop/b1").exitCode())
        .isEqualTo(ExitCode.USAGE);
    Answer deleted =
        inBucket("backup", "delete", "--location", "shop/b1", "--location", "shop/b2", "--yes");
    assertThat(deleted.out()).contains("Deleted: shop/b1.", "no backup at: shop/b2");
    assertThat(inBucket("backup", "list", "-o", "json").json()).isEmpty();
  }

  @Test
  void stockMongorestoreTakesWhatCatWrites() throws IOException, InterruptedException {
    String mongorestore = System.getenv("GODWIT_LAB_MONGORESTORE");
    assumeThat(mongorestore).as("needs mongorestore (GODWIT_LAB_MONGORESTORE)").isNotNull();
    onServer("backup", "--location", "b");
    for (boolean gzip : new boolean[] {true, false}) {
      Path file = folder.resolve(gzip ? "archive.gz" : "archive");
      List<String> cat =
          new ArrayList<>(List.of("backup", "cat", "--location", "b", "--file", file.toString()));
      if (gzip) {
        cat.add("--gzip");
      }
      Answer written = inBucket(cat.toArray(String[]::new));
      assertThat(written.exitCode()).as(written.err()).isEqualTo(ExitCode.DONE);
      List<String> restore =
          new ArrayList<>(
              List.of(
                  mongorestore,
                  "--uri=" + MongoServer.uri(),
                  "--archive=" + file,
                  "--drop",
                  "--nsInclude=" + database.getName() + ".users",
                  "--nsFrom=" + database.getName() + ".*",
                  "--nsTo=" + other.getName() + ".*"));
      if (gzip) {
        restore.add("--gzip");
      }
      Process process = new ProcessBuilder(restore).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes());
      assertThat(process.waitFor()).as(said).isZero();
      assertThat(Snapshots.of(other).get("users")).isEqualTo(Snapshots.of(database).get("users"));
      assertThat(inBucket(cat.toArray(String[]::new)).err()).contains("is there already");
    }
  }

  @Test
  void whatIsWrongIsSaidInALine() {
    assertThat(inBucket("backup", "cat", "--location", "none", "--file", "x").err())
        .contains("no finished backup at 'none'", "bucket s3://" + bucket.name());
    assertThat(Cli.run("backup", "list").err()).contains("--backup-dir", "--storage");
    assertThat(Cli.run("backup", "list", "--storage", "gs://x").err()).contains("s3://BUCKET");
    assertThat(Cli.run("backup", "list", "--storage", "s3://a/b", "--backup-dir", ".").err())
        .contains("not both");
    assertThat(Cli.run("backup", "list", "--storage", "s3://a/../b").err())
        .contains("no prefix of names");
    assertThat(
            Cli.run("backup", "list", "--storage", "s3://abc", "--s3-endpoint", "minio:9000").err())
        .contains("no http:// or https:// URL");
    assertThat(Cli.run("backup", "list", "--storage", "s3://abc", "--s3-kms-key", "k").err())
        .contains("--s3-encryption KMS");
    Answer outside = inBucket("backup", "delete", "--location", "../x", "--yes");
    assertThat(outside.err()).contains("'../x").doesNotContain("\tat ");
  }

  /// As a pipeline does it: the manifest says where, the options how to get in.
  @Test
  void upAndDownUseTheBucketOfTheManifest() throws IOException {
    Map<String, String> then = Snapshots.of(database);
    Path manifest =
        Files.writeString(
            folder.resolve("001.yaml"),
            """
            apiVersion: godwit.dev/v1alpha1
            kind: MongoMigration
            metadata: {name: m}
            spec:
              version: "1"
              target: {secretRef: {name: x}, database: %s}
              backup:
                storage:
                  s3: {bucket: %s, prefix: of/manifest, endpoint: "%s", credentialsSecretRef: {name: y}}
              rollback: {onFailure: Restore}
              steps:
              - name: names
                update: {collection: users, filter: '{}', update: '{ $set: { name: "x" } }'}
            """
                .formatted(database.getName(), bucket.name(), bucket.endpoint()));
    String[] credentials = {"--s3-credentials", bucket.credentials().toString()};

    Answer up = onDatabase("up", manifest, credentials);

    assertThat(up.exitCode()).as(up.err()).isZero();
    Bucket there =
        new Bucket(
            bucket.name(),
            "of/manifest",
            null,
            bucket.endpoint(),
            null,
            bucket.credentials(),
            null,
            bucket.encryption());
    assertThat(new BucketStorage(there).list(database.getName()))
        .anyMatch(name -> name.endsWith("manifest.json"));
    Answer down = onDatabase("down", manifest, "--all", "--yes", credentials[0], credentials[1]);
    assertThat(down.exitCode()).as(down.err()).isZero();
    assertThat(Snapshots.of(database).get("users")).isEqualTo(then.get("users"));
  }

  private Answer onDatabase(String command, Path manifest, String... more) throws IOException {
    List<String> all = new ArrayList<>(List.of(command, "-f", manifest.toString()));
    all.addAll(
        List.of(
            "--uri-file", Files.writeString(folder.resolve("uri"), MongoServer.uri()).toString()));
    all.addAll(List.of(more));
    return Cli.run(all.toArray(String[]::new));
  }

  private Answer onServer(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--uri", MongoServer.uri(), "-d", database.getName()));
    return inBucket(all.toArray(String[]::new));
  }

  private Answer inBucket(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--storage",
            "s3://" + bucket.name() + "/" + bucket.prefix(),
            "--s3-endpoint",
            bucket.endpoint().toString(),
            "--s3-credentials",
            bucket.credentials().toString()));
    return Cli.run(all.toArray(String[]::new));
  }
}
