package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.RestoreMode;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.backup.Dump;
import dev.godwit.engine.backup.RestoreOptions;
import dev.godwit.engine.lock.DatabaseLock;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.Storage;
import dev.godwit.testing.MongoServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A restore that slept while its lock ended and somebody else got it.
class LostLockRestoreMongoIT {

  @TempDir Path folder;
  private final MongoDatabase database = MongoServer.newDatabase();
  private Storage storage;

  @BeforeEach
  void backUp() {
    storage = new FileSystemStorage(folder);
    database.getCollection("users").insertOne(new Document("_id", "backed up"));
    new Dump(database, storage, progress -> {}, new StopSignal())
        .run("b", List.of(), Compression.DEFAULT, BackupVerification.Checksum);
    database.getCollection("users").insertOne(new Document("_id", "written since"));
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  @ParameterizedTest
  @EnumSource(RestoreMode.class)
  void touchesNothingAnyMore(RestoreMode mode) {
    AtomicBoolean stolen = new AtomicBoolean();
    ProgressSink sleepy =
        progress -> {
          if (progress.activity() == RunProgress.Activity.Restoring
              && stolen.compareAndSet(false, true)) {
            steal();
          }
        };
    RunEnvironment environment =
        new RunEnvironment(
            database,
            sleepy,
            new StopSignal(),
            "sleeper",
            Duration.ofSeconds(2),
            Duration.ofSeconds(1));
    RestoreRun run =
        new RestoreRun(environment, storage, "b", mode, RestoreOptions.of(List.of()), List.of());

    Throwable failed = catchThrowable(() -> run.run("t"));

    assertThat(stolen).isTrue();
    assertThat(failed).isInstanceOf(RunException.class);
    assertThat(((RunException) failed).verdict()).isIn(Verdict.LockHeld, Verdict.Interrupted);
    assertThat(database.getCollection("users").countDocuments()).isEqualTo(2);
    assertThat(database.listCollectionNames()).noneMatch(name -> name.contains("_aside_"));
  }

  /// Gives the lock to another and waits until the lease has noticed.
  private void steal() {
    database
        .getCollection(DatabaseLock.COLLECTION)
        .updateOne(
            new Document("_id", "lock"),
            Document.parse(
                "{$set: {owner: 'another', leaseMs: {$numberLong: '3600000'}}, $inc: {token: {$numberLong: '1'}}, $currentDate: {renewedAt: true}}"));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("godwit-lease")));
  }
}
