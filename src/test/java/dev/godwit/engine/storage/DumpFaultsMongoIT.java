package dev.godwit.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.backup.ArchiveCopy;
import dev.godwit.engine.backup.Catalogue;
import dev.godwit.engine.backup.CatalogueEntry;
import dev.godwit.engine.backup.Dump;
import dev.godwit.testing.HttpFaultProxy;
import dev.godwit.testing.HttpFaultProxy.Answer;
import dev.godwit.testing.HttpFaultProxy.CutAnswer;
import dev.godwit.testing.HttpFaultProxy.CutRequest;
import dev.godwit.testing.HttpFaultProxy.Fault;
import dev.godwit.testing.HttpFaultProxy.LoseAnswer;
import dev.godwit.testing.HttpFaultProxy.Silence;
import dev.godwit.testing.HttpFaultProxy.Slow;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.ObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bson.Document;
import org.bson.types.Binary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Backups into a bucket, with faults at any request and of any length: each ends as a backup that
/// is whole, or says that it failed, and then nothing looks like one.
class DumpFaultsMongoIT {

  private static final int RUNS = 25;
  private static final int MIB = 1 << 20;
  private static final Patience SHORT =
      new Patience(Duration.ofSeconds(1), 8 * MIB, 4, Duration.ofMillis(20));

  private final MongoDatabase database = MongoServer.newDatabase();
  private final long seed = new Random().nextLong();

  @BeforeEach
  void fill() {
    Random random = new Random(1);
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      byte[] bytes = new byte[MIB];
      random.nextBytes(bytes);
      documents.add(new Document("_id", i).append("bytes", new Binary(bytes)));
    }
    database.getCollection("photos").insertMany(documents);
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  @Test
  void isWholeOrSaysThatItFailed() throws IOException {
    System.out.println("seed of the faults: " + seed);
    Random random = new Random(seed);
    int failed = 0;
    for (int i = 0; i < RUNS; i++) {
      try (HttpFaultProxy proxy = new HttpFaultProxy(ObjectStore.endpoint())) {
        Fault fault = fault(random);
        int first = 1 + random.nextInt(20);
        int times = 1 + random.nextInt(8);
        proxy.fail("", first, times, fault);
        if (!run(proxy, "%s at %d, %d times; seed %d".formatted(fault, first, times, seed))) {
          failed++;
        }
      }
    }
    assertThat(failed).as("runs that failed; seed %d", seed).isBetween(1, RUNS - 1);
  }

  private boolean run(HttpFaultProxy proxy, String what) throws IOException {
    Bucket bucket = ObjectStore.newBucket(proxy.uri(), Encryption.OF_BUCKET);
    Storage direct = new BucketStorage(ObjectStore.at(bucket, ObjectStore.endpoint()));
    boolean succeeded = true;
    try {
      new Dump(database, new BucketStorage(bucket, SHORT), progress -> {}, new StopSignal())
          .run("b", List.of(), Compression.DEFAULT, BackupVerification.Checksum);
    } catch (RunException said) {
      assertThat(said.failure().reason())
          .as(what + ": " + said.getMessage())
          .isIn("StorageRefused", "StorageUnavailable");
      succeeded = false;
    }
    List<CatalogueEntry> there =
        new Catalogue(direct)
            .list("").stream()
                .filter(entry -> entry.state() != CatalogueEntry.State.Unfinished)
                .toList();
    // A run that could not find out whether its last request was done may leave a whole backup.
    assertThat(there).as(what).hasSizeBetween(succeeded ? 1 : 0, 1);
    if (!there.isEmpty()) {
      new ArchiveCopy(direct, "b", new StopSignal()).check();
    }
    return succeeded;
  }

  private static Fault fault(Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> new Answer(403, "AccessDenied");
      case 1 -> new Answer(503, "SlowDown");
      case 2 -> new CutRequest(random.nextInt(8 * MIB));
      case 3 -> new CutAnswer(random.nextInt(MIB));
      case 4 -> new LoseAnswer();
      case 5 -> new Slow(8 * MIB);
      default -> new Silence();
    };
  }
}
