package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.api.v1alpha1.RestoreMode;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.Storage;
import dev.godwit.testing.MongoServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Archives go both ways between Godwit and the stock tools, to the byte.
class InteropMongoIT {

  private static final String DOTS = "with.dots.Grüße";
  private static final String UNICODE = "Grüße, 世界";
  private static final List<String> NAMES =
      List.of("types", "ids", "empty", "indexed", "huge", UNICODE, DOTS);

  @TempDir Path folder;
  private final MongoDatabase source = MongoServer.newDatabase();
  private final MongoDatabase target = MongoServer.newDatabase();
  private Storage storage;

  @BeforeEach
  void fill() {
    storage = new FileSystemStorage(folder);
    insert("types", SampleDocuments.ofEveryType());
    insert("ids", SampleDocuments.withIdsOfManyTypes());
    insert(UNICODE, List.of(BsonDocument.parse("{_id: 1, a: 'x'}")));
    insert(DOTS, List.of(BsonDocument.parse("{_id: 'ß', a: 'x'}")));
    source.createCollection("empty");
    insert(
        "huge",
        List.of(
            new BsonDocument("_id", new BsonInt32(1))
                .append("blob", new BsonBinary(new byte[(16 << 20) - 64]))));
    insert(
        "indexed",
        IntStream.range(0, 5_000)
            .mapToObj(id -> SampleDocuments.random(new Random(id), id))
            .toList());
    source.runCommand(
        BsonDocument.parse(
            """
            {createIndexes: 'indexed', indexes: [
              {name: 'compound', key: {b: -1, a: 1}},
              {name: 'partial', key: {s: 1}, unique: true,
               partialFilterExpression: {s: {$exists: true}, x: {$gt: 5}}},
              {name: 'ttl', key: {at: 1}, expireAfterSeconds: 3600}]}"""));
  }

  @AfterEach
  void drop() {
    source.drop();
    target.drop();
  }

  static Stream<Arguments> ways() {
    return Stream.of(CompressionType.Gzip, CompressionType.None)
        .flatMap(type -> Stream.of(RestoreMode.values()).map(mode -> Arguments.of(type, mode)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void restoresAnArchiveOfMongodump(CompressionType type, RestoreMode mode) throws Exception {
    StockTools.dump(
        folder.resolve("stock"), type, "--db=" + source.getName(), "--numParallelCollections=4");
    List<String> names = restorable(mode);
    Restored restored = restore(mode, names, Map.of());
    assertThat(restored.collections()).containsExactlyInAnyOrderElementsOf(names);
    assertThat(contents(target, names)).isEqualTo(contents(source, names));
    assertThat(target.listCollectionNames())
        .filteredOn(name -> !name.startsWith("_godwit_scratch"))
        .containsExactlyInAnyOrderElementsOf(names);
  }

  @ParameterizedTest
  @EnumSource(
      value = CompressionType.class,
      names = {"Gzip", "None"})
  void mongorestoreReadsAnArchiveOfGodwit(CompressionType type) throws Exception {
    new Dump(source, storage, progress -> {}, new StopSignal())
        .run("b", List.of(), new Compression(type, null), BackupVerification.Checksum);
    Path archive = folder.resolve("b").resolve(BackupManifest.read(storage, "b").archiveName());
    StockTools.restore(
        archive,
        type,
        "--nsFrom=" + source.getName() + ".*",
        "--nsTo=" + target.getName() + ".*",
        "-j=4");
    assertThat(contents(target, NAMES)).isEqualTo(contents(source, NAMES));
    target.drop();
    StockTools.restore(
        archive,
        type,
        "--nsInclude=" + source.getName() + ".ids",
        "--nsFrom=" + source.getName() + ".*",
        "--nsTo=" + target.getName() + ".*");
    assertThat(target.listCollectionNames()).containsExactly("ids");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void restoresTenCollectionsThatAreInterleaved(CompressionType type, RestoreMode mode)
      throws Exception {
    byte[] archive = interleaved();
    Path file = folder.resolve("stock");
    Files.write(file, type == CompressionType.Gzip ? gzip(archive) : archive);
    List<String> names = IntStream.range(0, 10).mapToObj(number -> "c" + number).toList();
    StockTools.restore(
        file,
        type,
        "--nsFrom=" + source.getName() + ".*",
        "--nsTo=" + source.getName() + ".stock_*");
    restore(mode, names, Map.of());
    for (String name : names) {
      assertThat(Contents.documents(target, name))
          .as(name)
          .hasSize(200)
          .isEqualTo(Contents.documents(source, "stock_" + name));
    }
  }

  @ParameterizedTest
  @EnumSource(RestoreMode.class)
  void selectsAndRenames(RestoreMode mode) throws Exception {
    StockTools.dump(folder.resolve("stock"), CompressionType.Gzip, "--db=" + source.getName());
    Restored restored = restore(mode, List.of("ids", "types"), Map.of("ids", "numbers"));
    assertThat(restored.collections()).containsExactlyInAnyOrder("numbers", "types");
    assertThat(Contents.of(target, "numbers")).isEqualTo(Contents.of(source, "ids"));
  }

  @Test
  void takesOneDatabaseOfSeveral() throws Exception {
    target.getCollection("other", BsonDocument.class).insertOne(BsonDocument.parse("{_id: 1}"));
    StockTools.dump(folder.resolve("stock"), CompressionType.Gzip);
    MongoDatabase third = MongoServer.newDatabase();
    try {
      assertThatThrownBy(() -> open(null, third))
          .isInstanceOf(RunException.class)
          .hasMessageContaining(source.getName())
          .hasMessageContaining(target.getName());
      restorer(third)
          .swap(
              open(source.getName(), third),
              RestoreOptions.of(List.of("ids")),
              "t",
              ShadowTransform.NONE);
      assertThat(Contents.of(third, "ids")).isEqualTo(Contents.of(source, "ids"));
    } finally {
      third.drop();
    }
  }

  @Test
  void restoresAnArchiveOfGodwitThatLostItsManifest() throws IOException {
    new Dump(source, storage, progress -> {}, new StopSignal())
        .run("b", List.of("ids"), Compression.DEFAULT, BackupVerification.Checksum);
    Files.delete(folder.resolve("b/manifest.json"));
    assertThatThrownBy(() -> restorer(target).swap("b", List.of(), "t"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("there is no finished backup at 'b'");
    restorer(target).swap("b/archive.gz", List.of(), "t");
    assertThat(Contents.of(target, "ids")).isEqualTo(Contents.of(source, "ids"));
  }

  @ParameterizedTest
  @EnumSource(
      value = CompressionType.class,
      names = {"Gzip", "None"})
  void carriesViewsCappedCollectionsAndTimeSeries(CompressionType type) throws Exception {
    assumeTrue(
        MongoServer.isMongoDb(),
        "this server has no views, capped collections or time series: they need MongoDB itself");
    source.createView("view", "ids", List.of(BsonDocument.parse("{$match: {x: 1}}")));
    source.runCommand(BsonDocument.parse("{create: 'ring', capped: true, size: 4096, max: 3}"));
    insert("ring", List.of(BsonDocument.parse("{_id: 2}"), BsonDocument.parse("{_id: 1}")));
    source.runCommand(
        BsonDocument.parse("{create: 'series', timeseries: {timeField: 't', metaField: 'm'}}"));
    insert("series", List.of(BsonDocument.parse("{t: {$date: 0}, m: 1, x: 1}")));
    List<String> names = List.of("view", "ring", "series", "ids");
    StockTools.dump(folder.resolve("stock"), type, "--db=" + source.getName());
    restore(RestoreMode.Overwrite, names, Map.of());
    assertThat(contents(target, names)).isEqualTo(contents(source, names));
    target.drop();
    new Dump(source, storage, progress -> {}, new StopSignal())
        .run("b", names, new Compression(type, null), BackupVerification.Checksum);
    StockTools.restore(
        folder.resolve("b").resolve(BackupManifest.read(storage, "b").archiveName()),
        type,
        "--nsFrom=" + source.getName() + ".*",
        "--nsTo=" + target.getName() + ".*");
    assertThat(contents(target, names)).isEqualTo(contents(source, names));
  }

  /// FerretDB renames no collection with a dot in its name.
  private static List<String> restorable(RestoreMode mode) {
    return MongoServer.isMongoDb() || mode == RestoreMode.Overwrite
        ? NAMES
        : NAMES.stream().filter(name -> !name.equals(DOTS)).toList();
  }

  private Restored restore(RestoreMode mode, List<String> names, Map<String, String> renames) {
    RestoreOptions options = new RestoreOptions(names, renames, null, 4);
    return mode == RestoreMode.Overwrite
        ? restorer(target).overwrite(open(null, target), options, "t")
        : restorer(target).swap(open(null, target), options, "t", ShadowTransform.NONE);
  }

  private StoredArchive open(String from, MongoDatabase into) {
    return StoredArchive.open(
        storage, "stock", from, into.getName(), progress -> {}, new StopSignal());
  }

  private Restore restorer(MongoDatabase database) {
    return new Restore(database, storage, progress -> {}, new StopSignal());
  }

  /// Ten collections that take turns after each document, as many readers would write them.
  private byte[] interleaved() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(ArchiveFormat.MAGIC);
    out.write(
        ArchiveFormat.bytes(
            new BsonDocument("concurrent_collections", new BsonInt32(10))
                .append("version", new BsonString(ArchiveFormat.VERSION))
                .append("server_version", new BsonString("8.0.4"))
                .append("tool_version", new BsonString("100.10.0"))));
    for (int number = 0; number < 10; number++) {
      CollectionMetadata metadata =
          new CollectionMetadata(
              "c" + number, CollectionMetadata.COLLECTION, new BsonDocument(), List.of(), null);
      out.write(
          ArchiveFormat.bytes(
              new BsonDocument("db", new BsonString(source.getName()))
                  .append("collection", new BsonString(metadata.name()))
                  .append("metadata", new BsonString(metadata.toJson()))
                  .append("size", new BsonInt32(0))
                  .append("type", new BsonString(metadata.type()))));
    }
    out.write(ArchiveFormat.TERMINATOR);
    long[] crcs = new long[10];
    for (int id = 0; id < 200; id++) {
      for (int number = 0; number < 10; number++) {
        byte[] document =
            ArchiveFormat.bytes(SampleDocuments.random(new Random(id * 10L + number), id));
        crcs[number] = Crc64.update(crcs[number], document, 0, document.length);
        header(out, number, false, 0);
        out.write(document);
        out.write(ArchiveFormat.TERMINATOR);
      }
    }
    for (int number = 0; number < 10; number++) {
      header(out, number, true, crcs[number]);
      out.write(ArchiveFormat.TERMINATOR);
    }
    return out.toByteArray();
  }

  private void header(OutputStream out, int number, boolean end, long crc) throws IOException {
    out.write(
        ArchiveFormat.bytes(
            new BsonDocument("db", new BsonString(source.getName()))
                .append("collection", new BsonString("c" + number))
                .append("EOF", BsonBoolean.valueOf(end))
                .append("CRC", new BsonInt64(crc))));
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static Map<String, Contents> contents(MongoDatabase database, List<String> names) {
    Map<String, Contents> contents = new TreeMap<>();
    for (String name : new ArrayList<>(names)) {
      contents.put(name, Contents.of(database, name));
    }
    return contents;
  }

  private void insert(String name, List<BsonDocument> documents) {
    source.getCollection(name, BsonDocument.class).insertMany(documents);
  }
}
