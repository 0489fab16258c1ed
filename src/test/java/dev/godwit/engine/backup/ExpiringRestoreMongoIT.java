package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.RestoreMode;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.Storage;
import dev.godwit.testing.MongoServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Documents of an old backup have expired long since: a server deletes them within a minute of the
/// index that says so, while the restore still compares.
class ExpiringRestoreMongoIT {

  private static final int LIFE_SECONDS = 3_600;
  private static final Duration LATER = Duration.ofHours(2);

  @TempDir Path folder;
  private final MongoDatabase database = MongoServer.newDatabase();
  private Storage storage;

  @BeforeEach
  void backUp() {
    storage = new FileSystemStorage(folder);
    for (String name : List.of("sessions", "tokens")) {
      database
          .getCollection(name, BsonDocument.class)
          .insertMany(
              IntStream.range(0, 50)
                  .mapToObj(
                      id ->
                          new BsonDocument("_id", new BsonInt32(id))
                              .append("at", new BsonDateTime(Instant.now().toEpochMilli())))
                  .toList());
      database.runCommand(
          BsonDocument.parse(
              "{createIndexes: '%s', indexes: [{name: 'plain', key: {x: 1}}, {name: 'life', key: {at: 1}, expireAfterSeconds: %d}]}"
                  .formatted(name, LIFE_SECONDS)));
    }
    new Dump(database, storage, progress -> {}, new StopSignal())
        .run("b", List.of(), Compression.DEFAULT, BackupVerification.Checksum);
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  @ParameterizedTest
  @EnumSource(RestoreMode.class)
  void succeedsThoughItsDocumentsHaveExpired(RestoreMode mode) {
    List<BsonDocument> indexes = Contents.of(database, "sessions").indexes();
    Restored restored = restore(mode, "t", act -> deleteExpired());
    assertThat(restored.documents()).isEqualTo(100);
    for (String name : List.of("sessions", "tokens")) {
      assertThat(Contents.of(database, name).indexes()).isEqualTo(indexes).hasSize(3);
    }
  }

  @ParameterizedTest
  @EnumSource(RestoreMode.class)
  void isFinishedWhereverItIsKilledThoughItsDocumentsHaveExpired(RestoreMode mode) {
    boolean ended = false;
    for (int kill = 0; !ended; kill++) {
      int at = kill;
      int[] acts = {0};
      try {
        restore(
            mode,
            "t" + kill,
            act -> {
              synchronized (acts) {
                if (acts[0]++ >= at) {
                  throw new Killed();
                }
              }
              deleteExpired();
            });
        ended = true;
      } catch (Killed killed) {
        deleteExpired();
        restore(mode, "t" + kill, act -> deleteExpired());
      }
      assertThat(Contents.of(database, "tokens").indexes())
          .as("killed before act %d", at)
          .hasSize(3);
    }
  }

  @Test
  void isNotServedWithoutTheIndexThatLetsItsDocumentsExpire() {
    restore(
        RestoreMode.Swap,
        "t",
        act -> {
          if (act.startsWith("rename shadow of ")) {
            String shadow = "_godwit_shadow_t_" + act.substring("rename shadow of ".length());
            assertThat(Contents.of(database, shadow).indexes()).hasSize(3);
          }
        });
  }

  /// As a server does each minute, some hours after the backup.
  private void deleteExpired() {
    long now = Instant.now().plus(LATER).toEpochMilli();
    for (String name : database.listCollectionNames()) {
      for (BsonDocument index : database.getCollection(name).listIndexes(BsonDocument.class)) {
        if (index.containsKey("expireAfterSeconds")) {
          long life = index.getNumber("expireAfterSeconds").longValue() * 1_000;
          database
              .getCollection(name)
              .deleteMany(
                  new BsonDocument("at", new BsonDocument("$lt", new BsonDateTime(now - life))));
        }
      }
    }
  }

  private Restored restore(RestoreMode mode, String tag, ActHook hook) {
    Restore restore = new Restore(database, storage, progress -> {}, new StopSignal(), hook);
    StoredArchive archive =
        StoredArchive.open(
            storage, "b", null, database.getName(), progress -> {}, new StopSignal());
    RestoreOptions options = new RestoreOptions(List.of(), java.util.Map.of(), null, 1);
    return mode == RestoreMode.Overwrite
        ? restore.overwrite(archive, options, tag)
        : restore.swap(archive, options, tag, ShadowTransform.NONE);
  }

  /// Stands for a SIGKILL: nothing catches it.
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }
}
