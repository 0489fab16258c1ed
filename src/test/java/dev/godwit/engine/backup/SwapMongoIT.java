package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.mongodb.MongoSocketException;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.Storage;
import dev.godwit.testing.MongoServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwapMongoIT {

  /// Stands for a SIGKILL: nothing catches it.
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @TempDir Path folder;
  private final MongoDatabase database = MongoServer.newDatabase();
  private Storage storage;

  @BeforeEach
  void backUpThenChange() {
    storage = new FileSystemStorage(folder);
    insert("a", "{_id: 1, at: 'backup'}", "{_id: 2, at: 'backup'}");
    insert("b", "{_id: 1, at: 'backup'}");
    insert("gone", "{_id: 1, at: 'backup'}");
    database.runCommand(
        BsonDocument.parse("{createIndexes: 'a', indexes: [{name: 'x', key: {x: 1}}]}"));
    new Dump(database, storage, progress -> {}, new StopSignal())
        .run(
            "backup",
            List.of("a", "b", "gone", "since"),
            Compression.DEFAULT,
            BackupVerification.Checksum);
    change();
  }

  private void change() {
    insert("a", "{_id: 3, at: 'later'}");
    insert("b", "{_id: 3, at: 'later'}");
    database.getCollection("gone").drop();
    insert("since", "{_id: 1, at: 'later'}");
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  @Test
  void convergesWhereverItIsKilled() {
    Map<String, List<String>> expected = Map.of();
    int kills = 0;
    for (boolean again = true; again; kills++) {
      reset();
      Killer killer = new Killer(kills);
      try {
        restore(killer).swap("backup", List.of(), "t");
        again = false;
      } catch (Killed killed) {
        assertNothingLost();
        restore(ActHook.NONE).swap("backup", List.of(), "t");
      }
      assertRestored();
      Map<String, List<String>> now = everything();
      expected = expected.isEmpty() ? now : expected;
      assertThat(now).as("killed before act %d: %s", kills, killer.last).isEqualTo(expected);
    }
    assertThat(kills).as("acts at which it was killed").isGreaterThan(15);
  }

  @Test
  void convergesWhenItIsKilledAtEveryActInTurn() {
    int runs = 0;
    for (boolean again = true; again; runs++) {
      try {
        restore(new Killer(runs)).swap("backup", List.of(), "t");
        again = false;
      } catch (Killed killed) {
        assertNothingLost();
      }
    }
    assertRestored();
  }

  @Test
  void setsAsideWhatAnApplicationCreatesBetweenTheRenames() {
    AtomicBoolean created = new AtomicBoolean();
    Restored restored =
        restore(
                act -> {
                  if (act.equals("rename shadow of b") && created.compareAndSet(false, true)) {
                    insert("b", "{at: 'newcomer'}");
                  }
                })
            .swap("backup", List.of(), "t");
    assertRestored();
    assertThat(restored.setAside())
        .contains(
            new SetAside("b", "_godwit_aside_t_b", SetAside.Reason.Replaced),
            new SetAside("b", "_godwit_aside_t~2_b", SetAside.Reason.CreatedMeanwhile));
    assertThat(texts("_godwit_aside_t~2_b")).containsExactly("newcomer");
  }

  @Test
  void givesUpAndKeepsEverythingWhenAnApplicationNeverStopsCreating() {
    ActHook busy =
        act -> {
          if (act.equals("rename shadow of b")) {
            insert("b", "{at: 'newcomer'}");
          }
        };
    assertThatThrownBy(() -> restore(busy).swap("backup", List.of(), "t"))
        .satisfies(
            failed ->
                assertThat(((RunException) failed).failure().reason()).isEqualTo("SwapUnfinished"));
    restore(ActHook.NONE).swap("backup", List.of(), "t");
    assertRestored();
  }

  @Test
  void stopsBetweenBatchesAndLeavesTheLiveCollectionsAlone() {
    StopSignal stop = new StopSignal();
    Restore restore =
        new Restore(
            database,
            storage,
            progress -> {},
            stop,
            act -> {
              if (act.startsWith("load")) {
                stop.request();
              }
            });
    assertThatThrownBy(() -> restore.swap("backup", List.of(), "t"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("stopped");
    assertThat(texts("a")).containsExactly("backup", "backup", "later");
    restore(ActHook.NONE).swap("backup", List.of(), "t");
    assertRestored();
  }

  @Test
  void beginsAShadowAgainWhenTheConnectionBreaksWithABatchInDoubt() {
    AtomicBoolean broken = new AtomicBoolean();
    Restored restored =
        restore(
                act -> {
                  if (act.equals("index shadow of a") && broken.compareAndSet(false, true)) {
                    throw new MongoSocketException("connection reset", new ServerAddress());
                  }
                })
            .swap("backup", List.of(), "t");
    assertThat(broken).isTrue();
    assertThat(restored.documents()).isEqualTo(4);
    assertRestored();
  }

  @Test
  void dropsItsShadowsWhenTheServerRefusesToGoOn() {
    assertThatThrownBy(
            () ->
                restore(
                        act -> {
                          if (act.equals("index shadow of b")) {
                            insert("_godwit_shadow_t_b", "{at: 'intruder'}");
                          }
                        })
                    .swap("backup", List.of(), "t"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("'b'")
        .hasMessageContaining("expected 1, found 2");
    assertThat(texts("b")).containsExactly("backup", "later");
    assertThat(database.listCollectionNames()).noneMatch(name -> name.contains("shadow"));
  }

  @Test
  void findsADocumentThatIsNotAsItWasBackedUp() {
    assertThatThrownBy(
            () ->
                restore(
                        act -> {
                          if (act.equals("index shadow of b")) {
                            database
                                .getCollection("_godwit_shadow_t_b")
                                .updateOne(
                                    BsonDocument.parse("{_id: 1}"),
                                    BsonDocument.parse("{$set: {at: 'bacKup'}}"));
                          }
                        })
                    .swap("backup", List.of(), "t"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("'b' as loaded from the backup differs in content hash");
    assertThat(texts("b")).containsExactly("backup", "later");
    assertThat(database.listCollectionNames()).noneMatch(name -> name.contains("shadow"));
  }

  @Test
  void neverTakesALiveCollectionForARestoredOne() {
    assertThatThrownBy(
            () ->
                restore(
                        act -> {
                          if (act.equals("rename shadow of a")) {
                            database.getCollection("_godwit_shadow_t_b").drop();
                          }
                        })
                    .swap("backup", List.of(), "t"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("'b' was to be replaced by '_godwit_shadow_t_b'");
    assertThat(texts("b")).containsExactly("backup", "later");
  }

  @Test
  void beginsAnewWhenSomebodyDroppedAShadowThatWasCompared() {
    assertThatThrownBy(
            () ->
                restore(
                        act -> {
                          if (act.equals("record the swap")) {
                            throw new Killed();
                          }
                        })
                    .swap("backup", List.of(), "t"))
        .isInstanceOf(Killed.class);
    database.getCollection("_godwit_shadow_t_b").drop();
    restore(ActHook.NONE).swap("backup", List.of(), "t");
    assertRestored();
  }

  @Test
  void keepsTheAsidesOfAnEarlierRestore() {
    restore(ActHook.NONE).swap("backup", List.of(), "one");
    insert("a", "{_id: 9, at: 'between'}");
    restore(ActHook.NONE).swap("backup", List.of(), "two");
    assertThat(texts("_godwit_aside_one_a")).contains("later");
    assertThat(texts("_godwit_aside_two_a")).contains("between");
    assertThat(texts("a")).containsExactly("backup", "backup");
  }

  @Test
  void refusesATagOfAnotherRestore() {
    restore(ActHook.NONE).swap("backup", List.of(), "t");
    assertThatThrownBy(() -> restore(ActHook.NONE).swap("elsewhere", List.of(), "t"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("belongs to a restore of 'backup'");
  }

  @Test
  void refusesViewsThatDifferAndKeepsThoseThatDoNot() {
    assumeTrue(MongoServer.isMongoDb(), "this server's views are empty: views need MongoDB itself");
    database.createView("v", "a", List.of(BsonDocument.parse("{$match: {at: 'backup'}}")));
    backUp("with-view");
    assertThat(restore(ActHook.NONE).swap("with-view", List.of(), "t").unchanged())
        .containsExactly("v");
    database.getCollection("v").drop();
    assertThatThrownBy(() -> restore(ActHook.NONE).swap("with-view", List.of(), "u"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("'v' is a view");
  }

  @Test
  void refusesTimeSeries() {
    assumeTrue(MongoServer.isMongoDb(), "this server has no time series: they need MongoDB itself");
    database.runCommand(BsonDocument.parse("{create: 'ts', timeseries: {timeField: 't'}}"));
    insert("ts", "{t: {$date: 0}, x: 1}");
    backUp("with-series");
    assertThatThrownBy(() -> restore(ActHook.NONE).swap("with-series", List.of(), "t"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("'ts' is a timeseries collection");
  }

  @Test
  void restoresCappedCollectionsInTheirOrder() {
    assumeTrue(
        MongoServer.isMongoDb(), "this server does not cap collections: that needs MongoDB itself");
    database.runCommand(BsonDocument.parse("{create: 'ring', capped: true, size: 4096, max: 3}"));
    insert("ring", "{_id: 4}", "{_id: 3}", "{_id: 2}", "{_id: 1}");
    Contents before = Contents.of(database, "ring");
    backUp("with-ring");
    restore(ActHook.NONE).swap("with-ring", List.of("ring"), "t");
    assertThat(Contents.of(database, "ring")).isEqualTo(before);
    assertThat(database.getCollection("ring").find().map(found -> found.get("_id")))
        .containsExactly(3, 2, 1);
  }

  @Test
  void restoresAValidatorGivenAtCreation() {
    assumeTrue(
        MongoServer.isMongoDb(),
        "this server drops a validator given at creation: that needs MongoDB itself");
    database.runCommand(BsonDocument.parse("{create: 'valid', validator: {x: {$type: 'int'}}}"));
    backUp("with-validator");
    Contents before = Contents.of(database, "valid");
    database.getCollection("valid").drop();
    restore(ActHook.NONE).swap("with-validator", List.of("valid"), "t");
    assertThat(Contents.of(database, "valid")).isEqualTo(before);
  }

  private void backUp(String location) {
    new Dump(database, storage, progress -> {}, new StopSignal())
        .run(location, List.of(), Compression.DEFAULT, BackupVerification.Checksum);
  }

  private void reset() {
    for (String name : database.listCollectionNames()) {
      database.getCollection(name).drop();
    }
    insert("a", "{_id: 1, at: 'backup'}", "{_id: 2, at: 'backup'}");
    insert("b", "{_id: 1, at: 'backup'}");
    change();
  }

  private void assertNothingLost() {
    List<String> all = new ArrayList<>();
    everything().values().forEach(all::addAll);
    assertThat(all).filteredOn("later"::equals).hasSize(3);
  }

  private void assertRestored() {
    assertThat(texts("a")).containsExactly("backup", "backup");
    assertThat(texts("b")).containsExactly("backup");
    assertThat(texts("gone")).containsExactly("backup");
    assertThat(database.listCollectionNames())
        .doesNotContain("since")
        .noneMatch(name -> name.startsWith("_godwit_shadow") || name.contains("scratch_t"));
    assertThat(Contents.of(database, "a").indexes()).hasSize(2);
    assertNothingLost();
  }

  private Map<String, List<String>> everything() {
    Map<String, List<String>> all = new TreeMap<>();
    for (String name : database.listCollectionNames()) {
      if (!name.equals(SwapJournal.COLLECTION)) {
        all.put(name, texts(name));
      }
    }
    return all;
  }

  private List<String> texts(String name) {
    return database
        .getCollection(name)
        .find()
        .map(document -> document.getString("at"))
        .into(new ArrayList<>())
        .stream()
        .sorted()
        .toList();
  }

  private Restore restore(ActHook hook) {
    return new Restore(database, storage, progress -> {}, new StopSignal(), hook);
  }

  private void insert(String name, String... documents) {
    database
        .getCollection(name, BsonDocument.class)
        .insertMany(Arrays.stream(documents).map(BsonDocument::parse).toList());
  }

  /// Kills the run before its `at`th act, counted from 0. From then on none of its threads does
  /// anything.
  private static final class Killer implements ActHook {

    private final int at;
    private int acts;
    private String last;
    private boolean dead;

    Killer(int at) {
      this.at = at;
    }

    @Override
    public synchronized void before(String act) {
      if (dead || acts++ == at) {
        last = dead ? last : act;
        dead = true;
        throw new Killed();
      }
    }
  }
}
