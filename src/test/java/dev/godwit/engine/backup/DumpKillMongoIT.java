package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.ConsistencyPolicy;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.PendingObject;
import dev.godwit.engine.storage.Storage;
import dev.godwit.testing.MongoServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A dump that is killed before any act on its storage, or just after one that makes an object
/// visible.
class DumpKillMongoIT {

  private static final String LOCATION = "shop/b";
  private static final DumpOptions OPTIONS =
      new DumpOptions(
          List.of(),
          Compression.DEFAULT,
          BackupVerification.Checksum,
          2,
          ConsistencyPolicy.Preferred);

  @TempDir Path folder;
  private final MongoDatabase database = MongoServer.newDatabase();

  @AfterEach
  void drop() {
    database.drop();
  }

  @Test
  void isWholeAndReadBackOrNoBackupWhereverItIsKilled() throws IOException {
    for (String name : List.of("a", "b", "c")) {
      database
          .getCollection(name, BsonDocument.class)
          .insertMany(
              IntStream.range(0, 200)
                  .mapToObj(
                      id ->
                          new BsonDocument("_id", new BsonInt32(id))
                              .append("text", new BsonString("text " + id)))
                  .toList());
    }
    int whole = 0;
    boolean ended = false;
    for (int kill = 0; !ended; kill++) {
      Path place = folder.resolve("k" + kill);
      Storage storage = new FileSystemStorage(place);
      Mortal mortal = new Mortal(storage, kill);
      try {
        dump(mortal);
        ended = true;
      } catch (Killed killed) {
        assertThat(mortal.acts).isGreaterThan(kill);
      }
      List<CatalogueEntry> found = new Catalogue(storage).list("");
      boolean complete =
          found.stream().anyMatch(one -> one.state() == CatalogueEntry.State.Complete);
      if (complete) {
        whole++;
        assertThat(mortal.read.get())
            .as("read back, killed before act %d", kill)
            .isGreaterThanOrEqualTo(found.getFirst().size());
      } else {
        dump(storage);
      }
      StoredBackupCheck.run(storage, LOCATION, progress -> {}, new StopSignal());
      try (Stream<Path> files = Files.walk(place)) {
        assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
            .as("killed before act %d", kill)
            .containsExactlyInAnyOrder("archive.gz", "manifest.json");
      }
    }
    assertThat(whole)
        .as("of those that were killed after the manifest, and the last")
        .isGreaterThan(1);
  }

  private void dump(Storage storage) {
    new Dump(database, storage, progress -> {}, new StopSignal()).run(LOCATION, OPTIONS);
  }

  /// Stands for a SIGKILL: nothing catches it.
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /// Dies before its `at`th act, counted from 0. From then on nothing is done, also nothing that
  /// would tidy up.
  private static final class Mortal implements Storage {

    private final Storage storage;
    private final int at;
    private final AtomicLong read = new AtomicLong();
    private int acts;

    Mortal(Storage storage, int at) {
      this.storage = storage;
      this.at = at;
    }

    private synchronized void act() {
      if (acts++ >= at) {
        throw new Killed();
      }
    }

    private synchronized boolean isDead() {
      return acts > at;
    }

    @Override
    public PendingObject create(String name) throws IOException {
      act();
      PendingObject object = storage.create(name);
      return new PendingObject() {
        @Override
        public void write(int value) throws IOException {
          act();
          object.write(value);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          act();
          object.write(bytes, offset, length);
        }

        @Override
        public void commit() throws IOException {
          act();
          object.commit();
          act();
        }

        @Override
        public void close() throws IOException {
          if (!isDead()) {
            object.close();
          }
        }
      };
    }

    @Override
    public InputStream open(String name, long offset, long length) throws IOException {
      act();
      if (name.endsWith("archive.gz")) {
        read.addAndGet(length);
      }
      return storage.open(name, offset, length);
    }

    @Override
    public long size(String name) throws IOException {
      act();
      return storage.size(name);
    }

    @Override
    public boolean exists(String name) throws IOException {
      act();
      return storage.exists(name);
    }

    @Override
    public List<String> list(String below) throws IOException {
      act();
      return storage.list(below);
    }

    @Override
    public void delete(String name) throws IOException {
      act();
      storage.delete(name);
    }

    @Override
    public String describe() {
      return storage.describe();
    }
  }
}
