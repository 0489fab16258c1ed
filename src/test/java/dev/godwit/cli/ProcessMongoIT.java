package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.ExitCode;
import dev.godwit.cli.Cli.Answer;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command as a process of its own: what signals and exit codes do.
class ProcessMongoIT {

  private static final int DOCUMENTS = 40;

  @TempDir private Path manifests;
  @TempDir private Path outputs;

  private final MongoDatabase database = MongoServer.newDatabase();
  private final List<Process> started = new ArrayList<>();
  private Folder folder;

  @BeforeEach
  void seed() {
    folder = new Folder(manifests, database.getName());
    database
        .getCollection("users")
        .insertMany(IntStream.range(0, DOCUMENTS).mapToObj(i -> new Document("_id", i)).toList());
    folder.write("1", Folder.setsField("a"));
    folder.write("2", slow("100ms"));
    folder.write("3", Folder.setsField("c"));
  }

  private static String slow(String pause) {
    return """
    steps:
    - name: count
      update: {collection: users, filter: '{}', update: '{$inc: {n: 1}}'}
    batches: {size: 2, pause: %s}
    verify:
      checks:
      - {name: once, count: {collection: users, filter: '{n: 1}', equals: %d}}
    """
        .formatted(pause, DOCUMENTS);
  }

  @AfterEach
  void drop() {
    started.forEach(Process::destroyForcibly);
    database.drop();
  }

  @Test
  void sigtermEndsTheBatchAndTheNextUpGoesOn() throws Exception {
    Process up = start("up", "-f", manifests.toString(), "--no-backup");
    awaitHalfOf(up);
    up.destroy();

    assertThat(up.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(up.exitValue()).as(output()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(output()).contains("2: not done: stopped on request");
    assertThat(folder.runWithoutFiles("unlock", "--yes").out()).contains("is not locked");
    assertThat(folder.run("status").out()).containsPattern("2 +partly applied");

    Answer resumed = folder.run("up", "--no-backup");
    assertThat(resumed.exitCode()).as(resumed.err()).isEqualTo(ExitCode.DONE);
    assertThat(resumed.out()).contains("go on with attempt 1", "2 applied, 1 were applied already");
  }

  @Test
  void afterSigkillEverythingIsDoneExactlyOnceAndCanBeTakenBack() throws Exception {
    Process up = start("up", "-f", manifests.toString(), "--no-backup");
    awaitHalfOf(up);
    up.destroyForcibly();
    assertThat(up.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(folder.run("status").out()).containsPattern("2 +running");
    assertThat(folder.runWithoutFiles("unlock", "--yes").exitCode()).isEqualTo(ExitCode.DONE);

    Answer resumed = folder.run("up", "--no-backup");
    assertThat(resumed.exitCode()).as(resumed.out() + resumed.err()).isEqualTo(ExitCode.DONE);
    assertThat(folder.run("verify").exitCode()).isEqualTo(ExitCode.DONE);

    assertThat(folder.run("down", "--all", "--yes").exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(
            database
                .getCollection("users")
                .countDocuments(new Document("n", new Document("$exists", true))))
        .isZero();
  }

  @Test
  void sigkillInTheRollbackIsMadeGoodByTheNextUp() throws Exception {
    folder.write("2", slow("100ms").replace("{n: 1}'", "{n: 9}'"));
    Process up = start("up", "-f", manifests.toString(), "--no-backup");
    await().atMost(90, TimeUnit.SECONDS).until(() -> errors().contains("\"RollingBack\""));
    up.destroyForcibly();
    assertThat(up.waitFor(60, TimeUnit.SECONDS)).isTrue();
    folder.runWithoutFiles("unlock", "--yes");

    Answer next = folder.run("up", "--no-backup");

    assertThat(next.exitCode()).as(next.out() + next.err()).isEqualTo(ExitCode.VERIFICATION_FAILED);
    assertThat(next.out()).contains("check 'once'", "rolled back");
    assertThat(database.getCollection("users").countDocuments(new Document("n", 1))).isZero();
  }

  @Test
  void theConnectionStringComesFromTheEnvironmentOrASecretsFolder() throws Exception {
    Path secret = Files.createDirectory(outputs.resolve("secret"));
    Files.writeString(
        secret.resolve("uri"), MongoServer.uri().replace("/?", "/" + database.getName() + "?"));

    Process status = start("status");
    assertThat(status.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(status.exitValue()).as(output() + errors()).isEqualTo(ExitCode.DONE);
    assertThat(output()).contains("No migration has run here.");

    Answer up =
        Cli.run(
            "up",
            "-f",
            manifests.resolve("1.yaml").toString(),
            "--secret-dir",
            secret.toString(),
            "--no-backup");
    assertThat(up.exitCode()).as(up.err()).isEqualTo(ExitCode.DONE);
    assertThat(Snapshots.ownCollections(database)).contains("_godwit_history");
  }

  @Test
  void aServerThatIsAwayIsAnExitOfItsOwn() throws Exception {
    Process status =
        start("status", "--uri", "mongodb://127.0.0.1:1/shop?serverSelectionTimeoutMS=200");
    assertThat(status.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(status.exitValue()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(errors()).contains("error: the database could not be used").doesNotContain("\tat ");
  }

  private void awaitHalfOf(Process up) {
    await()
        .atMost(90, TimeUnit.SECONDS)
        .until(
            () ->
                !up.isAlive()
                    || database.getCollection("users").countDocuments(new Document("n", 1))
                        > DOCUMENTS / 4);
    assertThat(up.isAlive()).as("it is still at work: " + errors()).isTrue();
  }

  private Process start(String... args) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Godwit.class.getName()));
    command.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(outputs.resolve("out").toFile())
            .redirectError(outputs.resolve("err").toFile());
    builder
        .environment()
        .put(
            ConnectionOptions.VARIABLE,
            MongoServer.uri().replace("/?", "/" + database.getName() + "?"));
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private String output() {
    return read("out");
  }

  private String errors() {
    return read("err");
  }

  private String read(String name) {
    try {
      return Files.readString(outputs.resolve(name));
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }
}
