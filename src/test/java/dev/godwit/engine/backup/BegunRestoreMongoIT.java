package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.RestoreMode;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.run.RestoreRun;
import dev.godwit.engine.run.RunEnvironment;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.Storage;
import dev.godwit.testing.MongoServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A restore whose backup is gone or damaged when it is to go on.
class BegunRestoreMongoIT {

  private static final RestoreOptions ALL = RestoreOptions.of(List.of());

  @TempDir Path folder;
  private final MongoDatabase database = MongoServer.newDatabase();
  private Storage storage;

  @BeforeEach
  void backUp() {
    storage = new FileSystemStorage(folder);
    for (String name : List.of("orders", "users")) {
      database.getCollection(name).insertOne(new Document("_id", "backed up"));
    }
    new Dump(database, storage, progress -> {}, new StopSignal())
        .run("b", List.of(), Compression.DEFAULT, BackupVerification.Checksum);
    database.getCollection("users").insertOne(new Document("_id", "written since"));
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  @ParameterizedTest(name = "{0} cut before: {1}")
  @CsvSource({
    "Swap, rename shadow of orders",
    "Swap, set aside users",
    "Swap, rename shadow of users",
    "Overwrite, drop users",
    "Overwrite, drop orders",
  })
  void saysWhatIsHalfDoneWhenTheBackupIsGone(RestoreMode mode, String act) throws IOException {
    kill(mode, act);
    storage.delete("b/manifest.json");

    RunException failed = again(mode);

    assertThat(failed.verdict()).isEqualTo(Verdict.FailedChangesStay);
    assertThat(failed.failure().reason()).isEqualTo("BackupMissing");
    assertThat(failed.failure().message())
        .contains("'t'", "half done", "Bring the backup back", "no finished backup");
    if (act.equals("rename shadow of users")) {
      assertThat(failed.failure().message())
          .contains(
              "in place: 'orders';",
              "not in place yet: 'users' (loaded as '_godwit_shadow_t_users')",
              "'users' (as '_godwit_aside_t_users')");
    }
  }

  @ParameterizedTest
  @EnumSource(RestoreMode.class)
  void saysSoWhenTheArchiveIsDamaged(RestoreMode mode) throws IOException {
    kill(mode, mode == RestoreMode.Swap ? "rename shadow of users" : "create orders");
    Path manifest = folder.resolve("b/manifest.json");
    Files.writeString(manifest, Files.readString(manifest).replace("backed", "x") + "x");

    RunException failed = again(mode);

    assertThat(failed.verdict()).isEqualTo(Verdict.FailedChangesStay);
    assertThat(failed.failure().message()).contains("half done", "is damaged");
  }

  @Test
  void afterTheRenamesItSaysThatTheDataIsThere() throws IOException {
    run(RestoreMode.Swap).run("t");
    storage.delete("b/manifest.json");

    RunException failed = again(RestoreMode.Swap);

    assertThat(failed.verdict()).isEqualTo(Verdict.FailedChangesStay);
    assertThat(failed.failure().message()).contains("put all its collections in place");
  }

  /// Shadows are not the user's.
  @ParameterizedTest
  @ValueSource(strings = {"record the swap", "set aside orders"})
  void beforeTheFirstRenameNothingIsChanged(String act) throws IOException {
    kill(RestoreMode.Swap, act);
    storage.delete("b/manifest.json");

    assertThat(again(RestoreMode.Swap).verdict()).isEqualTo(Verdict.Refused);
    assertThat(database.getCollection("users").countDocuments()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(RestoreMode.class)
  void goesOnWhenTheBackupIsBack(RestoreMode mode) throws IOException {
    kill(mode, mode == RestoreMode.Swap ? "rename shadow of users" : "drop users");
    Path away = Files.move(folder.resolve("b"), folder.resolve("away"));
    again(mode);
    Files.move(away, folder.resolve("b"));

    run(mode).run("t");

    assertThat(database.getCollection("users").countDocuments()).isEqualTo(1);
    assertThat(database.getCollection("orders").countDocuments()).isEqualTo(1);
  }

  private void kill(RestoreMode mode, String act) {
    Restore restore =
        new Restore(
            database,
            storage,
            progress -> {},
            new StopSignal(),
            next -> {
              if (next.startsWith(act)) {
                throw new Killed();
              }
            });
    StoredArchive archive =
        StoredArchive.open(
            storage, "b", null, database.getName(), progress -> {}, new StopSignal());
    try {
      if (mode == RestoreMode.Swap) {
        restore.swap(archive, ALL, "t", ShadowTransform.NONE);
      } else {
        restore.overwrite(archive, ALL, "t");
      }
      throw new AssertionError("there was no act '%s'".formatted(act));
    } catch (Killed killed) {
      // As meant.
    }
  }

  private RunException again(RestoreMode mode) {
    RunException planned = catchThrowableOfType(RunException.class, () -> run(mode).plan("t"));
    RunException ran = catchThrowableOfType(RunException.class, () -> run(mode).run("t"));
    assertThat(ran.verdict()).isEqualTo(planned.verdict());
    assertThat(ran.failure()).isEqualTo(planned.failure());
    return planned;
  }

  private RestoreRun run(RestoreMode mode) {
    RunEnvironment environment =
        new RunEnvironment(
            database,
            progress -> {},
            new StopSignal(),
            "test",
            Duration.ofSeconds(10),
            Duration.ofSeconds(20));
    return new RestoreRun(environment, storage, "b", mode, ALL, List.of());
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }
}
