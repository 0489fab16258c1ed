package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.Storage;
import dev.godwit.testing.MongoServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverwriteMongoIT {

  /// Stands for a SIGKILL: nothing catches it.
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @TempDir Path folder;
  private final MongoDatabase database = MongoServer.newDatabase();
  private Storage storage;
  private Map<String, Contents> backedUp;

  @BeforeEach
  void backUp() {
    storage = new FileSystemStorage(folder);
    for (String name : List.of("a", "b", "with.dots")) {
      insert(name, 0, 6_000);
    }
    database.runCommand(
        BsonDocument.parse("{createIndexes: 'a', indexes: [{name: 'x', key: {x: 1}}]}"));
    new Dump(database, storage, progress -> {}, new StopSignal())
        .run(
            "b",
            List.of("a", "b", "with.dots", "since"),
            Compression.DEFAULT,
            BackupVerification.Checksum);
    backedUp = contents();
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  @Test
  void replacesWhatIsThereAndDropsWhatWasAbsent() {
    change();
    Restored restored = overwrite(ActHook.NONE);
    assertThat(contents()).isEqualTo(backedUp);
    assertThat(restored.setAside()).isEmpty();
    assertThat(restored.collections()).containsExactly("a", "b", "with.dots");
    assertThat(restored.documents()).isEqualTo(18_000);
    assertThat(database.listCollectionNames())
        .contains("stays")
        .doesNotContain("since")
        .noneMatch(name -> name.contains("_aside_") || name.contains("_shadow_"));
    assertThat(overwrite(ActHook.NONE)).isEqualTo(restored);
  }

  @Test
  void isFinishedByRunningItAgainWhereverItIsKilled() {
    for (int kills = 0; ; kills++) {
      change();
      int at = kills;
      AtomicInteger acts = new AtomicInteger();
      String tag = "t" + kills;
      Throwable killed =
          catchThrowable(
              () ->
                  overwrite(
                      act -> {
                        if (acts.getAndIncrement() >= at) {
                          throw new Killed();
                        }
                      },
                      tag));
      if (killed == null) {
        break;
      }
      assertThat(killed).isInstanceOf(Killed.class);
      overwrite(ActHook.NONE, tag);
      assertThat(contents()).as("killed before act %d", kills).isEqualTo(backedUp);
      assertThat(database.listCollectionNames()).doesNotContain("since");
    }
    assertThat(contents()).isEqualTo(backedUp);
  }

  @Test
  void saysThatTheOldCollectionsAreGoneWhenTheServerRefuses() {
    RunException failed =
        (RunException)
            catchThrowable(
                () ->
                    overwrite(
                        act -> {
                          if (act.equals("index b")) {
                            insert("b", 7_000, 1);
                          }
                        }));
    assertThat(failed.verdict()).isEqualTo(Verdict.FailedChangesStay);
    assertThat(failed)
        .hasMessageContaining("'b'")
        .hasMessageContaining("expected 6000, found 6001")
        .hasMessageContaining("same tag");
  }

  private Restored overwrite(ActHook hook) {
    return overwrite(hook, "t");
  }

  private Restored overwrite(ActHook hook, String tag) {
    return new Restore(database, storage, progress -> {}, new StopSignal(), hook)
        .overwrite(
            StoredArchive.open(
                storage, "b", null, database.getName(), progress -> {}, new StopSignal()),
            RestoreOptions.of(List.of()),
            tag);
  }

  private void change() {
    database.getCollection("a").deleteOne(new BsonDocument("_id", new BsonInt32(3)));
    database.getCollection("b").drop();
    database.getCollection("since").drop();
    database.getCollection("stays").drop();
    insert("since", 0, 1);
    insert("stays", 0, 1);
  }

  private Map<String, Contents> contents() {
    Map<String, Contents> contents = new TreeMap<>();
    for (String name : List.of("a", "b", "with.dots")) {
      contents.put(name, Contents.of(database, name));
    }
    return contents;
  }

  private void insert(String name, int first, int count) {
    database
        .getCollection(name, BsonDocument.class)
        .insertMany(
            IntStream.range(first, first + count)
                .mapToObj(
                    id ->
                        new BsonDocument("_id", new BsonInt32(id))
                            .append("x", new BsonInt32(id % 7))
                            .append("text", new BsonString("text ".repeat(id % 50))))
                .toList());
  }
}
