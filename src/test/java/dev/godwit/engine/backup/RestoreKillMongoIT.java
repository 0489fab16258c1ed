package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.Storage;
import dev.godwit.testing.MongoServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A restore of many parts by several threads, killed at random.
class RestoreKillMongoIT {

  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final int DOCUMENTS = 200;
  private static final int ROUNDS = 5;
  private static final int NEVER = Integer.MAX_VALUE;

  @TempDir Path folder;
  private final MongoDatabase database = MongoServer.newDatabase();
  private Storage storage;

  @BeforeEach
  void backUp() {
    storage = new FileSystemStorage(folder);
    for (String name : NAMES) {
      insert(name, 0, DOCUMENTS);
    }
    database.runCommand(
        BsonDocument.parse("{createIndexes: 'b', indexes: [{name: 'x', key: {x: 1}}]}"));
    new Dump(database, storage, progress -> {}, new StopSignal())
        .run("backup", List.of(), Compression.DEFAULT, BackupVerification.Checksum);
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  @Test
  void hasOldDataOrNewDataWhereverItIsKilled() {
    long seed = System.nanoTime();
    System.out.println("seed of the kills: " + seed);
    Random random = new Random(seed);
    Map<String, List<Integer>> backedUp = live();
    for (int round = 0; round < ROUNDS; round++) {
      insert("a", 1_000 + round, 1);
      Map<String, List<Integer>> old = live();
      String tag = "r" + round;
      boolean ended = false;
      for (int kills = 0; !ended; kills++) {
        Killer killer = new Killer(random.nextInt(1, 45), NEVER);
        try {
          restore(killer).swap("backup", List.of(), tag);
          ended = true;
        } catch (Killed killed) {
          if (!new SwapJournal(database).find(tag).isPresent()) {
            assertThat(live()).as("round %d, seed %d, kill %d", round, seed, kills).isEqualTo(old);
          }
        }
      }
      assertThat(live()).as("round %d, seed %d", round, seed).isEqualTo(backedUp);
      assertThat(Contents.of(database, "b").indexes()).hasSize(2);
      assertThat(database.getCollection("_godwit_aside_" + tag + "_a").countDocuments())
          .isEqualTo(DOCUMENTS + 1);
      for (String name : database.listCollectionNames()) {
        assertThat(name).doesNotContain("_shadow_");
        if (name.contains("_aside_")) {
          database.getCollection(name).drop();
        }
      }
    }
  }

  @Test
  void goesOnWithThePartsThatAreNotLoaded() {
    Killer first = new Killer(NEVER, NEVER);
    restore(first).swap("backup", List.of(), "whole");
    int all = first.loads.get();

    Killer killer = new Killer(NEVER, all * 3 / 4);
    assertThatThrownBy(() -> restore(killer).swap("backup", List.of(), "t"))
        .isInstanceOf(Killed.class);
    Killer rest = new Killer(NEVER, NEVER);
    restore(rest).swap("backup", List.of(), "t");

    assertThat(rest.loads.get()).isLessThan(all - 4);
    assertThat(live()).isEqualTo(Map.of("a", ids(), "b", ids(), "c", ids()));
  }

  @Test
  void beginsAnewWhenAnotherBackupIsAtTheLocation() throws Exception {
    Killer killer = new Killer(NEVER, 12);
    assertThatThrownBy(() -> restore(killer).swap("backup", List.of(), "t"))
        .isInstanceOf(Killed.class);
    storage.delete("backup/manifest.json");
    database.getCollection("a").deleteOne(new BsonDocument("_id", new BsonInt32(0)));
    Map<String, List<Integer>> other = live();
    new Dump(database, storage, progress -> {}, new StopSignal())
        .run("backup", List.of(), Compression.DEFAULT, BackupVerification.Checksum);
    restore(new Killer(NEVER, NEVER)).swap("backup", List.of(), "t");
    assertThat(live()).isEqualTo(other);
  }

  private static List<Integer> ids() {
    return java.util.stream.IntStream.range(0, DOCUMENTS).boxed().toList();
  }

  private Map<String, List<Integer>> live() {
    Map<String, List<Integer>> live = new TreeMap<>();
    for (String name : NAMES) {
      live.put(
          name,
          database
              .getCollection(name, BsonDocument.class)
              .find()
              .projection(BsonDocument.parse("{_id: 1}"))
              .map(found -> found.getInt32("_id").getValue())
              .into(new ArrayList<>())
              .stream()
              .sorted()
              .toList());
    }
    return live;
  }

  private void insert(String name, int first, int count) {
    List<BsonDocument> documents = new ArrayList<>();
    for (int id = first; id < first + count; id++) {
      byte[] bytes = new byte[100_000];
      new Random(id).nextBytes(bytes);
      documents.add(
          new BsonDocument("_id", new BsonInt32(id)).append("blob", new BsonBinary(bytes)));
    }
    database.getCollection(name, BsonDocument.class).insertMany(documents);
  }

  private Restore restore(ActHook hook) {
    return new Restore(database, storage, progress -> {}, new StopSignal(), hook);
  }

  /// Stands for a SIGKILL: nothing catches it.
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /// Kills the run after some acts, or some batches; from then on none of its threads does
  /// anything.
  private static final class Killer implements ActHook {

    private final int mostActs;
    private final int mostLoads;
    private final AtomicInteger loads = new AtomicInteger();
    private int acts;

    Killer(int mostActs, int mostLoads) {
      this.mostActs = mostActs;
      this.mostLoads = mostLoads;
    }

    @Override
    public synchronized void before(String act) {
      if (acts >= mostActs || loads.get() >= mostLoads) {
        throw new Killed();
      }
      acts++;
      if (act.startsWith("load into")) {
        loads.incrementAndGet();
      }
    }
  }
}
