package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.PendingObject;
import dev.godwit.engine.storage.Storage;
import dev.godwit.testing.MongoServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two dumps into one location: the later one of a pod that was thought to be gone.
class DumpRivalMongoIT {

  private static final String LOCATION = "shop/b";

  @TempDir Path folder;
  private final MongoDatabase database = MongoServer.newDatabase();
  private Storage storage;

  @BeforeEach
  void insert() {
    storage = new FileSystemStorage(folder);
    database.getCollection("users").insertOne(new Document("_id", 1));
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  /// Another run takes a whole backup just before this act of the slow one.
  @ParameterizedTest
  @ValueSource(
      strings = {"write shop/b/archive.gz", "open shop/b/archive.gz", "close shop/b/archive.gz"})
  void aBackupThatWasFinishedMeanwhileStaysWhole(String act) {
    Interrupted slow = new Interrupted(storage, act::equals, this::rival);

    RunException failed = catchThrowableOfType(RunException.class, () -> dump(slow));

    assertThat(slow.isDone).isTrue();
    BackupManifest whole =
        StoredBackupCheck.run(storage, LOCATION, progress -> {}, new StopSignal());
    assertThat(whole.documents()).as("the rival's").isEqualTo(2);
    assertThat(failed.failure().reason()).isIn("LocationInUse", "BackupDamaged");
  }

  private void rival() {
    database.getCollection("users").insertOne(new Document("_id", 2));
    dump(storage);
  }

  private void dump(Storage into) {
    new Dump(database, into, progress -> {}, new StopSignal())
        .run(LOCATION, List.of(), Compression.DEFAULT, BackupVerification.Checksum);
  }

  /// As a bucket: what is pending nobody sees, and of two writers the later one wins. Something
  /// happens before one of its acts, once.
  private static final class Interrupted implements Storage {

    private final Storage storage;
    private final Predicate<String> when;
    private final Runnable what;
    private boolean isDone;

    Interrupted(Storage storage, Predicate<String> when, Runnable what) {
      this.storage = storage;
      this.when = when;
      this.what = what;
    }

    private synchronized void before(String act) {
      if (!isDone && when.test(act)) {
        isDone = true;
        what.run();
      }
    }

    @Override
    public PendingObject create(String name) {
      ByteArrayOutputStream pending = new ByteArrayOutputStream();
      return new PendingObject() {
        @Override
        public void write(int value) {
          pending.write(value);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
          before("write " + name);
          pending.write(bytes, offset, length);
        }

        @Override
        public void commit() throws IOException {
          try (PendingObject object = storage.create(name)) {
            object.write(pending.toByteArray());
            object.commit();
          }
        }

        @Override
        public void close() {
          before("close " + name);
        }
      };
    }

    @Override
    public InputStream open(String name, long offset, long length) throws IOException {
      before("open " + name);
      return storage.open(name, offset, length);
    }

    @Override
    public long size(String name) throws IOException {
      return storage.size(name);
    }

    @Override
    public boolean exists(String name) throws IOException {
      return storage.exists(name);
    }

    @Override
    public List<String> list(String below) throws IOException {
      return storage.list(below);
    }

    @Override
    public void delete(String name) throws IOException {
      storage.delete(name);
    }

    @Override
    public String describe() {
      return storage.describe();
    }
  }
}
