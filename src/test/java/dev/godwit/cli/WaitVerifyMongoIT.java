package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.ExitCode;
import dev.godwit.cli.Cli.Answer;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.History;
import dev.godwit.engine.lock.DatabaseLock;
import dev.godwit.engine.lock.Lease;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WaitVerifyMongoIT {

  @TempDir private Path manifests;

  private final MongoDatabase database = MongoServer.newDatabase();
  private Folder folder;

  @BeforeEach
  void seed() {
    folder = new Folder(manifests, database.getName());
    database.getCollection("users").insertOne(new Document("_id", 1));
    folder.write("1", Folder.setsField("a"));
    folder.write("2", Folder.setsField("b"));
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  @Test
  void waitEndsOnceTheVersionIsApplied() throws Exception {
    CompletableFuture<Answer> waiting =
        CompletableFuture.supplyAsync(
            () ->
                folder.runWithoutFiles(
                    "wait", "--version", "02", "--timeout", "60s", "--interval", "50ms"));
    assertThat(folder.run("up", "--no-backup").exitCode()).isEqualTo(ExitCode.DONE);

    Answer answer = waiting.get(60, TimeUnit.SECONDS);

    assertThat(answer.exitCode()).as(answer.err()).isEqualTo(ExitCode.DONE);
    assertThat(answer.out().lines())
        .last()
        .asString()
        .isEqualTo("applied: %s 02".formatted(database.getName()));
  }

  @Test
  void waitSaysWhatIsMissingWhenTheTimeIsOverAndWritesNothing() {
    Answer nothing = folder.run("wait", "--all", "--timeout", "50ms", "--interval", "10ms");
    assertThat(nothing.exitCode()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(nothing.out()).contains("1 (pending)", "2 (pending)", "not applied within");
    assertThat(Snapshots.ownCollections(database)).isEmpty();

    folder.run("up", "--no-backup", "--to", "1");
    Answer half = folder.run("wait", "--all", "--timeout", "50ms");
    assertThat(half.exitCode()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(half.out()).contains("2 (pending)").doesNotContain("1 (pending)");

    folder.run("up", "--no-backup");
    assertThat(folder.run("wait", "--all", "--timeout", "50ms").exitCode()).isZero();
  }

  @Test
  void waitDoesNotWaitForWhatWillNotCome() {
    folder.run("up", "--no-backup");
    folder.write("2", Folder.setsField("x"));

    Answer answer = folder.run("wait", "--all", "--timeout", "60s");

    assertThat(answer.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(answer.err()).contains("other steps");
  }

  @Test
  void verifyRunsTheChecksOfWhatIsAppliedAndChangesNothing() {
    folder.run("up", "--no-backup", "--to", "1");
    assertThat(folder.run("verify", "-o", "json").json()).hasSize(1);

    folder.run("up", "--no-backup");
    database.getCollection("users").insertOne(new Document("_id", 2).append("a", 1));
    var before = Snapshots.of(database);
    long events = History.events(database).size();
    Answer answer = folder.run("verify");

    assertThat(answer.exitCode()).isEqualTo(ExitCode.VERIFICATION_FAILED);
    assertThat(answer.out()).containsPattern("1 +a-is-set +yes").containsPattern("2 +b-is-set +NO");
    assertThat(folder.run("verify", "--only", "1").exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(Snapshots.of(database)).isEqualTo(before);
    assertThat(History.events(database)).hasSize((int) events);
  }

  @Test
  void historyShowsTheEvents() {
    folder.run("up", "--no-backup");

    Answer text = folder.runWithoutFiles("history", "--version", "2");
    Answer json = folder.runWithoutFiles("history", "-o", "json");

    assertThat(text.out().lines()).hasSize(5).first().asString().startsWith("AT");
    assertThat(text.out())
        .containsSubsequence("Started", "StepStarted", "StepCompleted", "Verified");
    assertThat(json.json()).hasSize(8);
    assertThat(json.json().at("/7/event").asText()).isEqualTo("Verified");
    assertThat(json.json().at("/0/details/specHash").asText()).hasSize(64);
  }

  @Test
  void unlockShutsTheHolderOut() {
    assertThat(folder.runWithoutFiles("unlock", "--yes").out()).contains("is not locked");
    DatabaseLock lock = new DatabaseLock(database, Duration.ofSeconds(10));
    ProgressSink silent = _ -> {};
    try (Lease lease = lock.acquire("a paused runner", Duration.ZERO, silent, new StopSignal())) {
      History history = History.open(database, lease);
      Answer unasked = folder.runWithoutFiles("unlock");
      assertThat(unasked.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(unasked.err()).contains("a paused runner");

      Answer answer = folder.runWithoutFiles("unlock", "--yes", "-o", "json");

      assertThat(answer.json().path("holder").asText()).isEqualTo("a paused runner");
      assertThat(answer.json().path("released").asBoolean()).isTrue();
      assertThat(
              org.assertj.core.api.Assertions.catchThrowableOfType(
                      RunException.class,
                      () ->
                          history.append(
                              EventType.Started,
                              new Attempt("9", 1, "sha256:0", 0),
                              null,
                              null,
                              new BsonDocument()))
                  .failure()
                  .reason())
          .as("its lease seems good to it, but its token is old")
          .isEqualTo("LeaseLost");
    }
    assertThat(History.events(database)).isEmpty();
    assertThat(folder.run("up", "--no-backup", "--patience", "1m").exitCode())
        .as("the lock is free when the lease has run out")
        .isEqualTo(ExitCode.DONE);
  }

  @Test
  void aHeldLockIsReportedAfterThePatience() {
    ProgressSink silent = _ -> {};
    try (Lease lease =
        new DatabaseLock(database, Duration.ofMinutes(5))
            .acquire("somebody else", Duration.ZERO, silent, new StopSignal())) {
      assertThat(lease.token()).isPositive();

      Answer up = folder.run("up", "--no-backup", "--patience", "100ms");

      assertThat(up.exitCode()).isEqualTo(ExitCode.LOCK_HELD);
      assertThat(up.out()).contains("locked by somebody else");
      assertThat(up.err().lines())
          .as("progress is JSON where there is no terminal")
          .anyMatch(line -> line.startsWith("{\"godwit\":1,\"activity\":\"Waiting\""));
    }
  }

  @Test
  void severalDatabasesOfAFolderRunEachOnTheirs() {
    MongoDatabase other = MongoServer.newDatabase();
    try {
      other.getCollection("users").insertOne(new Document("_id", 1));
      Path mine = folder.write("1", Folder.setsField("a"));
      Path theirs = folder.write("3", Folder.setsField("c"));
      for (var file : List.of(mine, folder.write("2", Folder.setsField("b")))) {
        replace(file, "nobody-reads-it}", "nobody-reads-it}, database: " + database.getName());
      }
      replace(theirs, "nobody-reads-it}", "nobody-reads-it}, database: " + other.getName());

      Answer up =
          Cli.run("up", "-f", manifests.toString(), "--uri", MongoServer.uri(), "--no-backup");

      assertThat(up.exitCode()).as(up.err()).isEqualTo(ExitCode.DONE);
      assertThat(History.read(database).versions()).containsOnlyKeys("1", "2");
      assertThat(History.read(other).versions()).containsOnlyKeys("3");
    } finally {
      other.drop();
    }
  }

  private static void replace(Path file, String from, String to) {
    try {
      java.nio.file.Files.writeString(file, java.nio.file.Files.readString(file).replace(from, to));
    } catch (java.io.IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }
}
