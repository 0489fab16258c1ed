package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.api.v1alpha1.Consistency;
import dev.godwit.api.v1alpha1.ConsistencyPolicy;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.PendingObject;
import dev.godwit.engine.storage.Storage;
import dev.godwit.testing.MongoServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonJavaScript;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonUndefined;
import org.bson.BsonValue;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DumpMongoIT {

  private static final int READERS = 4;

  /// Every collection is cut, into many ranges.
  private static final Granularity FINE = new Granularity(0, 0, 4 << 10, 256 << 10, 8);

  @TempDir Path folder;
  private final MongoDatabase database = MongoServer.newDatabase();

  @AfterEach
  void drop() {
    database.drop();
  }

  @Test
  void cutsACollectionWithEveryKindOfIdIntoRangesThatMeetEachDocumentOnce() {
    List<BsonDocument> documents = new ArrayList<>(SampleDocuments.withIdsOfManyTypes());
    for (int i = 0; i < 700; i++) {
      for (BsonValue id :
          List.of(
              new BsonInt32(i + 1_000),
              new BsonInt64((1L << 40) + i),
              new BsonDouble(i + 2_000.25),
              new BsonString("id " + i),
              new BsonObjectId(new ObjectId(i, i)),
              new BsonDateTime((i + 1) * 86_400_000L),
              new BsonTimestamp(i + 1_000, 1),
              new BsonDocument("n", new BsonInt32(i)))) {
        documents.add(new BsonDocument("_id", id).append("pad", new BsonString("x".repeat(200))));
      }
    }
    insert("mixed", documents);

    BackupManifest manifest = dump(FINE, "mixed");

    assertThat(hex(archived(manifest).documents().get("mixed")))
        .isEqualTo(Contents.documents(database, "mixed"));
    List<ArchivePart> stretches =
        manifest.parts().stream().filter(part -> part.minId() != null).toList();
    assertThat(stretches).hasSizeGreaterThan(12);
    MongoCollection<BsonDocument> collection = database.getCollection("mixed", BsonDocument.class);
    for (ArchivePart part : stretches) {
      assertThat(
              collection.countDocuments(
                  new BsonDocument(
                      "_id", new BsonDocument("$gte", part.minId()).append("$lte", part.maxId()))))
          .as("%s", part)
          .isEqualTo(part.documents());
    }
  }

  @Test
  void leavesOutNoIdOfATypeThatOnlySomeServersTake() {
    insert("odd", List.of(BsonDocument.parse("{_id: 1}"), BsonDocument.parse("{_id: 'a'}")));
    List<BsonDocument> odd =
        List.of(
            new BsonDocument("_id", new BsonJavaScript("x")),
            new BsonDocument("_id", new BsonUndefined()));
    insertWhatTheServerTakes("odd", odd);

    BackupManifest manifest = dump(FINE, "odd");

    assertThat(hex(archived(manifest).documents().get("odd")))
        .isEqualTo(Contents.documents(database, "odd"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6})
  void neverOpensMoreCollectionsAtOnceThanTheArchiveSays(int readers) {
    for (int i = 0; i < 12; i++) {
      List<BsonDocument> documents = new ArrayList<>();
      for (int id = 0; id < i * 40; id++) {
        documents.add(
            new BsonDocument("_id", new BsonInt32(id))
                .append("pad", new BsonString("x".repeat(500))));
      }
      insert("c" + i, documents);
    }

    Archived archived =
        archived(
            new Dump(database, storage(), progress -> {}, new StopSignal(), FINE)
                .run("b", options(readers)));

    assertThat(archived.documents()).hasSize(11);
    assertThat(archived.prelude().concurrentCollections()).isEqualTo(readers);
    assertThat(archived.mostOpen()).isLessThanOrEqualTo(readers);
    for (int i = 1; i < 12; i++) {
      assertThat(archived.documents().get("c" + i)).as("c" + i).hasSize(i * 40);
    }
  }

  @Test
  void meetsEveryDocumentThatStaysOnceWhileAWriterRuns() {
    long seed = System.nanoTime();
    System.out.println("seed of the writer: " + seed);
    List<BsonDocument> documents = new ArrayList<>();
    for (int id = 0; id < 6_000; id++) {
      documents.add(document(id, 0));
    }
    insert("busy", documents);
    AtomicBoolean isOver = new AtomicBoolean();
    AtomicLong writes = new AtomicLong();
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(() -> write(new Random(seed), isOver, writes));
    try {
      for (int round = 0; round < 3; round++) {
        long before = writes.get();
        BackupManifest manifest = dump(FINE, "busy");
        assertThat(writes.get()).as("writes during the dump").isGreaterThan(before);
        Set<Integer> met = new HashSet<>();
        for (BsonDocument document : archived(manifest).documents().get("busy")) {
          int id = document.getInt32("_id").getValue();
          assertThat(met.add(id)).as("document %d, seed %d", id, seed).isTrue();
        }
        for (int id = 0; id < 6_000; id += 2) {
          assertThat(met).as("seed %d", seed).contains(id);
        }
        remove(manifest);
      }
    } finally {
      isOver.set(true);
      writer.join();
    }
  }

  /// Even numbers stay and grow, odd ones are deleted and inserted again, others come and go at
  /// both ends.
  private void write(Random random, AtomicBoolean isOver, AtomicLong writes) {
    MongoCollection<BsonDocument> busy = database.getCollection("busy", BsonDocument.class);
    for (int version = 1; !isOver.get(); version++) {
      int id = random.nextInt(6_000);
      BsonDocument key = new BsonDocument("_id", new BsonInt32(id));
      switch (random.nextInt(3)) {
        case 0 -> busy.replaceOne(key, document(id, random.nextInt(3_000)));
        case 1 -> {
          if (id % 2 == 1) {
            busy.deleteOne(key);
            busy.insertOne(document(id, random.nextInt(3_000)));
          }
        }
        default -> {
          int other = random.nextBoolean() ? -version : 10_000 + version;
          busy.insertOne(document(other, 100));
          busy.deleteOne(new BsonDocument("_id", new BsonInt32(other)));
        }
      }
      writes.incrementAndGet();
    }
  }

  private static BsonDocument document(int id, int more) {
    return new BsonDocument("_id", new BsonInt32(id))
        .append("pad", new BsonString("y".repeat(1_000 + more)));
  }

  @Test
  void endsAllReadersAndLeavesNothingWhenTheStorageFails() throws IOException {
    List<BsonDocument> documents = new ArrayList<>();
    for (int id = 0; id < 5_000; id++) {
      documents.add(document(id, 0));
    }
    insert("some", documents);

    assertThatThrownBy(
            () ->
                new Dump(
                        database,
                        new FailingStorage(storage(), 1 << 20, null),
                        progress -> {},
                        new StopSignal(),
                        FINE)
                    .run("b", options(READERS)))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("the wire is cut");

    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
    // A pool has ended a moment before its threads have.
    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().startsWith("godwit-dump-")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"archive", "manifest.json"})
  void leavesNothingWhenWhatItReadsBackIsNotWhatItWrote(String altered) throws IOException {
    insert("some", List.of(document(1, 0), document(2, 0)));

    assertThatThrownBy(
            () ->
                new Dump(
                        database,
                        new FailingStorage(storage(), Long.MAX_VALUE, "b/" + altered),
                        progress -> {},
                        new StopSignal(),
                        FINE)
                    .run("b", options(READERS)))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("damaged");

    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void readsAllCollectionsAtOnePointInTime() {
    assumeTrue(
        MongoServer.isMongoDb(),
        "only MongoDB reads at a cluster time and has transactions that are atomic");
    MongoCollection<BsonDocument> left = database.getCollection("left", BsonDocument.class);
    MongoCollection<BsonDocument> right = database.getCollection("right", BsonDocument.class);
    AtomicBoolean isOver = new AtomicBoolean();
    insert(
        "left", Stream.iterate(0, id -> id + 1).limit(3_000).map(id -> document(id, 0)).toList());
    insert(
        "right", Stream.iterate(0, id -> id + 1).limit(3_000).map(id -> document(id, 0)).toList());
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              try (ClientSession session = MongoServer.client().startSession()) {
                for (int id = 3_000; !isOver.get(); id++) {
                  BsonDocument document = document(id, 0);
                  session.withTransaction(
                      () -> {
                        left.insertOne(session, document);
                        return right.insertOne(session, document);
                      });
                }
              }
            });
    try {
      for (int round = 0; round < 5; round++) {
        BackupManifest manifest = dump(FINE, "left", "right");
        assertThat(manifest.consistency()).isEqualTo(Consistency.Snapshot);
        assertThat(manifest.consistencyNote()).isNull();
        Archived archived = archived(manifest);
        assertThat(hex(archived.documents().get("left")))
            .isEqualTo(hex(archived.documents().get("right")));
        remove(manifest);
      }
    } finally {
      isOver.set(true);
      writer.join();
    }
  }

  @Test
  void saysThatThereIsNoPointInTimeAndRefusesWhereOneIsRequired() throws IOException {
    assumeFalse(MongoServer.isMongoDb(), "this server has snapshots");
    insert("some", List.of(document(1, 0)));
    BackupManifest manifest = dump(FINE, "some");
    assertThat(manifest.consistency()).isEqualTo(Consistency.None);
    assertThat(manifest.consistencyNote()).contains("no member of a replica set");
    remove(manifest);

    assertThatThrownBy(
            () ->
                new Dump(database, storage(), progress -> {}, new StopSignal())
                    .run(
                        "b",
                        new DumpOptions(
                            List.of(),
                            Compression.DEFAULT,
                            BackupVerification.Checksum,
                            READERS,
                            ConsistencyPolicy.Required)))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("one point in time")
        .hasMessageContaining("no member of a replica set");
    assertThat(storage().list("b")).isEmpty();
  }

  @Test
  void endsWhenTheReaderFailsForWhoseLargeBufferAnotherWaits() {
    for (String name : List.of("one", "other")) {
      for (int i = 0; i < 3; i++) {
        insert(
            name,
            List.of(
                new BsonDocument("_id", new BsonInt32(i))
                    .append("pad", new BsonString("x".repeat(7 << 20)))));
      }
    }
    AtomicBoolean hasFailed = new AtomicBoolean();
    Storage failing =
        new FailingStorage(
            storage(),
            1 << 20,
            null,
            () -> {
              if (hasFailed.compareAndSet(false, true)) {
                await()
                    .atMost(Duration.ofMinutes(1))
                    .until(DumpMongoIT::isSomeReaderWaitingForRoom);
              }
            });

    CompletableFuture<BackupManifest> dump =
        CompletableFuture.supplyAsync(
            () ->
                new Dump(database, failing, progress -> {}, new StopSignal(), FINE)
                    .run("b", options(2)));

    await().atMost(Duration.ofMinutes(2)).until(dump::isDone);
    assertThatThrownBy(dump::join).hasMessageContaining("the wire is cut");
  }

  private BackupManifest dump(Granularity granularity, String... collections) {
    return new Dump(database, storage(), progress -> {}, new StopSignal(), granularity)
        .run(
            "b",
            new DumpOptions(
                List.of(collections),
                new Compression(CompressionType.None, null),
                BackupVerification.Checksum,
                READERS,
                ConsistencyPolicy.Preferred));
  }

  private static DumpOptions options(int readers) {
    return new DumpOptions(
        List.of(),
        new Compression(CompressionType.None, null),
        BackupVerification.Checksum,
        readers,
        ConsistencyPolicy.Preferred);
  }

  private Storage storage() {
    return new FileSystemStorage(folder);
  }

  private Archived archived(BackupManifest manifest) {
    return Archived.read(storage(), "b/" + manifest.archiveName());
  }

  private void remove(BackupManifest manifest) {
    try {
      storage().delete("b/" + BackupManifest.NAME);
      storage().delete("b/" + manifest.archiveName());
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  private static List<String> hex(List<BsonDocument> documents) {
    return documents.stream()
        .map(document -> java.util.HexFormat.of().formatHex(ArchiveFormat.bytes(document)))
        .sorted()
        .toList();
  }

  private void insert(String name, List<BsonDocument> documents) {
    if (!documents.isEmpty()) {
      database.getCollection(name, BsonDocument.class).insertMany(documents);
    }
  }

  private void insertWhatTheServerTakes(String name, List<BsonDocument> documents) {
    int taken = 0;
    for (BsonDocument document : documents) {
      try {
        database.getCollection(name, BsonDocument.class).insertOne(document);
        taken++;
      } catch (com.mongodb.MongoException refused) {
        System.out.println(refused.getMessage());
      }
    }
    assumeTrue(taken > 0, "this server takes no JavaScript for an _id");
  }

  /// Whether a reader waits until another gives its large buffer back.
  private static boolean isSomeReaderWaitingForRoom() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().startsWith("godwit-dump-"))
        .anyMatch(
            thread ->
                Stream.of(thread.getValue())
                    .anyMatch(
                        frame ->
                            frame.getClassName().equals(PartBuffer.class.getName())
                                && frame.getMethodName().equals("reserve")));
  }

  /// Fails after so many bytes of an object, and alters the first byte of what is read of another.
  ///
  /// @param beforeFailure what happens then first
  private record FailingStorage(Storage storage, long bytes, String altered, Runnable beforeFailure)
      implements Storage {

    FailingStorage(Storage storage, long bytes, String altered) {
      this(storage, bytes, altered, () -> {});
    }

    @Override
    public PendingObject create(String name) throws IOException {
      PendingObject object = storage.create(name);
      return new PendingObject() {
        private long written;

        @Override
        public void write(int value) throws IOException {
          write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
          written += length;
          if (written > bytes) {
            beforeFailure.run();
            throw new IOException("the wire is cut");
          }
          object.write(buffer, offset, length);
        }

        @Override
        public void commit() throws IOException {
          object.commit();
        }

        @Override
        public void close() throws IOException {
          object.close();
        }
      };
    }

    @Override
    public InputStream open(String name, long offset) throws IOException {
      return open(name, offset, Long.MAX_VALUE);
    }

    @Override
    public InputStream open(String name, long offset, long length) throws IOException {
      if (!name.equals(altered)) {
        return storage.open(name, offset, length);
      }
      try (InputStream in = storage.open(name, offset, length)) {
        byte[] read = in.readAllBytes();
        read[0] ^= 1;
        return new ByteArrayInputStream(read);
      }
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
    public List<String> list(String folder) throws IOException {
      return storage.list(folder);
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
