package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunProgress;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.Storage;
import dev.godwit.testing.MongoServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackupMongoIT {

  /// FerretDB cannot rename a collection with a dot in its name, so only MongoDB can swap one.
  private static final String NAME = MongoServer.isMongoDb() ? "with.dots.Grüße" : "Grüße, 世界";

  @TempDir Path folder;
  private final MongoDatabase source = MongoServer.newDatabase();
  private final MongoDatabase target = MongoServer.newDatabase();
  private Storage storage;

  @BeforeEach
  void fill() {
    storage = new FileSystemStorage(folder);
    insert(source, "types", SampleDocuments.ofEveryType());
    insert(source, "ids", SampleDocuments.withIdsOfManyTypes());
    insert(
        source,
        NAME,
        List.of(
            BsonDocument.parse("{_id: 1, a: 'x', b: 2}"),
            new BsonDocument("_id", new BsonInt32(2))
                .append("$set", new BsonDocument("a.b", new BsonInt32(1)))));
    source.createCollection("empty");
    command(
        source,
        """
        {createIndexes: 'ids', indexes: [
          {name: 'compound', key: {b: -1, a: 1}},
          {name: 'partial', key: {s: 1}, unique: true,
           partialFilterExpression: {s: {$exists: true}, x: {$gt: 5}}},
          {name: 'ttl', key: {at: 1}, expireAfterSeconds: 3600}]}""");
    command(source, "{collMod: 'ids', index: {name: 'compound', hidden: true}}");
    command(
        source,
        "{collMod: 'empty', validator: {x: {$gt: 5, $type: 'int'}, $or: [{y: {$exists: false}}, {y: {$ne: /^b/i}}]}, validationLevel: 'moderate'}");
    insert(source, "_godwit_history", List.of(BsonDocument.parse("{_id: 1, event: 'Applied'}")));
    insert(source, "_godwit_lock", List.of(BsonDocument.parse("{_id: 'lock'}")));
    insert(source, "_godwit_undo_004", List.of(BsonDocument.parse("{_id: 1}")));
  }

  @AfterEach
  void drop() {
    source.drop();
    target.drop();
  }

  @ParameterizedTest
  @EnumSource(CompressionType.class)
  void swapRestoresEveryByteOptionAndIndex(CompressionType type) {
    Map<String, Contents> before = contents(source, "types", "ids", NAME, "empty");
    BackupManifest manifest = dump(type, List.of());
    assertThat(manifest.collections())
        .extracting(ArchivedCollection::name)
        .containsExactlyInAnyOrder("_godwit_history", "empty", "ids", "types", NAME);
    spoil();

    Restored restored = restore(source).swap("b", List.of(), "t1");

    assertThat(contents(source, "types", "ids", NAME, "empty")).isEqualTo(before);
    assertThat(restored.collections()).containsExactlyInAnyOrder("empty", "ids", "types", NAME);
    assertThat(restored.setAside())
        .extracting(SetAside::aside)
        .containsExactlyInAnyOrder(
            "_godwit_aside_t1_ids", "_godwit_aside_t1_types", "_godwit_aside_t1_" + NAME);
    assertThat(source.getCollection("_godwit_history").countDocuments()).isEqualTo(2);
    assertThat(source.listCollectionNames()).noneMatch(name -> name.contains("shadow"));
    assertThat(restore(source).swap("b", List.of(), "t1")).isEqualTo(restored);
  }

  @ParameterizedTest
  @EnumSource(
      value = CompressionType.class,
      names = {"Gzip", "None"})
  void stockMongorestoreReadsTheArchive(CompressionType type) throws Exception {
    String mongorestore = tool("GODWIT_LAB_MONGORESTORE");
    insert(source, "large", large());
    if (!MongoServer.isMongoDb()) {
      // FerretDB hides an index, but creates none that is hidden.
      command(source, "{collMod: 'ids', index: {name: 'compound', hidden: false}}");
    }
    BackupManifest manifest = dump(type, List.of());
    List<String> command =
        new ArrayList<>(
            List.of(
                mongorestore,
                "--uri=" + MongoServer.uri(),
                "--archive=" + folder.resolve("b").resolve(manifest.archiveName()),
                "--nsFrom=" + source.getName() + ".*",
                "--nsTo=" + target.getName() + ".*"));
    if (type == CompressionType.Gzip) {
      command.add("--gzip");
    }
    run(command);
    for (String name : List.of("types", "ids", NAME, "empty", "large", "_godwit_history")) {
      Contents there = Contents.of(target, name);
      Contents here = Contents.of(source, name);
      assertThat(there.hex()).as(name).isEqualTo(here.hex());
      assertThat(there.indexes()).as(name).isEqualTo(here.indexes());
    }
    assertThat(target.listCollectionNames()).hasSize(6);
  }

  @ParameterizedTest
  @EnumSource(
      value = CompressionType.class,
      names = {"Gzip", "None"})
  void ourReaderReadsStockMongodump(CompressionType type) throws Exception {
    String mongodump = tool("GODWIT_LAB_MONGODUMP");
    insert(source, "large", large());
    Path archive = folder.resolve("stock");
    List<String> command =
        new ArrayList<>(
            List.of(
                mongodump,
                "--uri=" + MongoServer.uri(),
                "--db=" + source.getName(),
                "--numParallelCollections=4",
                "--archive=" + archive));
    if (type == CompressionType.Gzip) {
      command.add("--gzip");
    }
    run(command);
    Map<String, List<String>> read = new HashMap<>();
    Prelude prelude;
    try (InputStream in = Files.newInputStream(archive)) {
      prelude =
          ArchiveReader.read(
              in,
              new BlockVisitor() {
                @Override
                public void document(String database, String name, byte[] buffer, int length) {
                  read.computeIfAbsent(name, key -> new ArrayList<>())
                      .add(HexFormat.of().formatHex(Arrays.copyOf(buffer, length)));
                }

                @Override
                public void end(String database, String name, long crc) {
                  read.computeIfAbsent(name, key -> new ArrayList<>());
                }
              });
    }
    for (String name : List.of("types", "ids", NAME, "empty", "large")) {
      List<String> found = read.get(name);
      found.sort(null);
      assertThat(found).as(name).isEqualTo(Contents.documents(source, name));
      assertThat(prelude.collection(name).orElseThrow().indexes())
          .as(name)
          .containsExactlyInAnyOrderElementsOf(Contents.of(source, name).indexes());
    }
  }

  @Test
  void dumpsNamedCollectionsAndTheHistoryAndNotesWhatIsAbsent() {
    BackupManifest manifest = dump(CompressionType.Gzip, List.of("ids", "later"));
    assertThat(manifest.collections())
        .extracting(ArchivedCollection::name)
        .containsExactly("_godwit_history", "ids");
    assertThat(manifest.absentCollections()).containsExactly("later");

    insert(source, "later", List.of(BsonDocument.parse("{_id: 1}")));
    Restored restored = restore(source).swap("b", List.of(), "t1");

    assertThat(restored.collections()).containsExactly("ids");
    assertThat(restored.setAside())
        .contains(new SetAside("later", "_godwit_aside_t1_later", SetAside.Reason.NotInBackup));
    assertThat(source.listCollectionNames()).doesNotContain("later");
  }

  @Test
  void refusesACollectionThatTheBackupDoesNotHold() {
    dump(CompressionType.None, List.of("ids"));
    assertThatThrownBy(() -> restore(source).swap("b", List.of("types"), "t1"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("types")
        .hasMessageContaining("_godwit_history, ids");
  }

  @Test
  void refusesBeforeAnyChangeWhatTheServerCannotRename() {
    assumeFalse(MongoServer.isMongoDb(), "MongoDB renames every collection that may be swapped");
    insert(source, "with.dots", List.of(BsonDocument.parse("{_id: 1}")));
    dump(CompressionType.None, List.of("ids", "with.dots"));
    List<String> before = source.listCollectionNames().into(new ArrayList<>());
    assertThatThrownBy(() -> restore(source).swap("b", List.of(), "t1"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("with.dots");
    assertThat(source.listCollectionNames()).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void leavesNothingWhenADumpIsStopped() throws IOException {
    StopSignal stop = new StopSignal();
    assertThatThrownBy(
            () ->
                new Dump(source, storage, progress -> stop.request(), stop)
                    .run("b", List.of(), Compression.DEFAULT, BackupVerification.Checksum))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("stopped");
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
    dump(CompressionType.Gzip, List.of());
  }

  @Test
  void reportsProgressUpToTheEnd() {
    List<RunProgress> dumped = new ArrayList<>();
    new Dump(source, storage, dumped::add, new StopSignal())
        .run("b", List.of("types", "ids"), Compression.DEFAULT, BackupVerification.Checksum);
    List<RunProgress> restored = new ArrayList<>();
    new Restore(source, storage, restored::add, new StopSignal()).swap("b", List.of(), "t1");
    assertThat(dumped).extracting(RunProgress::percent).isSorted().last().isEqualTo(100);
    assertThat(restored).extracting(RunProgress::percent).isSorted().last().isEqualTo(99);
    assertThat(dumped)
        .filteredOn(progress -> progress.documentsDone() != null)
        .last()
        .satisfies(last -> assertThat(last.documentsDone()).isEqualTo(last.documentsTotal()));
    assertThat(dumped)
        .extracting(RunProgress::stepIndex)
        .isSorted()
        .last()
        .isEqualTo(dumped.getLast().steps())
        .isEqualTo(3);
  }

  @Test
  void refusesToOverwriteABackup() {
    dump(CompressionType.None, List.of("ids"));
    assertThatThrownBy(() -> dump(CompressionType.None, List.of("ids")))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("finished backup");
  }

  @Test
  void touchesNothingWhenTheArchiveIsDamaged() throws IOException {
    dump(CompressionType.Gzip, List.of());
    Path archive = folder.resolve("b/archive.gz");
    byte[] bytes = Files.readAllBytes(archive);
    bytes[bytes.length / 2] ^= 1;
    Files.write(archive, bytes);
    List<String> before = source.listCollectionNames().into(new ArrayList<>());
    assertThatThrownBy(() -> restore(source).swap("b", List.of(), "t1"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("SHA-256");
    assertThat(source.listCollectionNames()).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void restoresIntoAnotherDatabase() {
    dump(CompressionType.Gzip, List.of());
    Restored restored = restore(target).swap("b", List.of("ids"), "t1");
    assertThat(restored.setAside()).isEmpty();
    assertThat(Contents.of(target, "ids")).isEqualTo(Contents.of(source, "ids"));
  }

  @Test
  void copiesTheLargestDocuments() {
    List<BsonDocument> documents = new ArrayList<>();
    for (int id = 0; id < 3; id++) {
      documents.add(
          new BsonDocument("_id", new BsonInt32(id))
              .append("blob", new BsonBinary(new byte[(16 << 20) - 64])));
    }
    documents.forEach(document -> insert(source, "huge", List.of(document)));
    List<String> before = Contents.documents(source, "huge");
    dump(CompressionType.Gzip, List.of("huge"));
    source.getCollection("huge").drop();
    restore(source).swap("b", List.of("huge"), "t1");
    assertThat(Contents.documents(source, "huge").equals(before)).isTrue();
  }

  private void spoil() {
    source.getCollection("ids").deleteMany(new BsonDocument());
    source.getCollection("types").drop();
    insert(source, "types", List.of(BsonDocument.parse("{_id: 'other'}")));
    source.getCollection("empty").drop();
    insert(source, "_godwit_history", List.of(BsonDocument.parse("{_id: 2, event: 'Later'}")));
  }

  private static List<BsonDocument> large() {
    List<BsonDocument> documents = new ArrayList<>();
    for (int id = 0; id < 4_000; id++) {
      documents.add(
          new BsonDocument("_id", new BsonInt32(id))
              .append("text", new BsonString(("row " + id + " ").repeat(300))));
    }
    return documents;
  }

  private BackupManifest dump(CompressionType type, List<String> collections) {
    return new Dump(source, storage, progress -> {}, new StopSignal())
        .run("b", collections, new Compression(type, null), BackupVerification.Checksum);
  }

  private Restore restore(MongoDatabase database) {
    return new Restore(database, storage, progress -> {}, new StopSignal());
  }

  private static Map<String, Contents> contents(MongoDatabase database, String... names) {
    Map<String, Contents> contents = new HashMap<>();
    for (String name : names) {
      contents.put(name, Contents.of(database, name));
    }
    return contents;
  }

  private static void insert(MongoDatabase database, String name, List<BsonDocument> documents) {
    database.getCollection(name, BsonDocument.class).insertMany(documents);
  }

  private static void command(MongoDatabase database, String json) {
    database.runCommand(BsonDocument.parse(json));
  }

  private static String tool(String variable) {
    String path = System.getenv(variable);
    assumeTrue(path != null, "%s does not name the tool".formatted(variable));
    return path;
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isZero();
  }
}
