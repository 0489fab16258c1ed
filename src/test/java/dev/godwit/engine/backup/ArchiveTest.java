package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.Storage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArchiveTest {

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(CompressionType.class)
  void readsRandomDocumentsAsTheyWereWritten(CompressionType type) throws IOException {
    long seed = System.nanoTime();
    System.out.println("seed of the random documents: " + seed);
    Random random = new Random(seed);
    Map<String, List<BsonDocument>> collections = new LinkedHashMap<>();
    collections.put("empty", List.of());
    collections.put("types", SampleDocuments.ofEveryType());
    collections.put("ids", SampleDocuments.withIdsOfManyTypes());
    collections.put(
        "with.dots.世界",
        IntStream.range(0, 1_500).mapToObj(id -> SampleDocuments.random(random, id)).toList());
    collections.put("last", List.of());
    Storage storage = new FileSystemStorage(folder);

    BackupManifest manifest = StoredBackup.write(storage, type, collections);

    assertThat(BackupManifest.read(storage, StoredBackup.LOCATION)).isEqualTo(manifest);
    Prelude prelude = check(storage, manifest);
    assertThat(prelude.collection("ids").orElseThrow().indexes().getFirst().getDocument("key"))
        .hasToString("{\"b\": 1, \"a\": -1}");
    if (type == CompressionType.Zstd) {
      return;
    }
    try (InputStream in = storage.open(StoredBackup.LOCATION + "/archive", 0)) {
      assertThat(read(in)).as("seed %d", seed).isEqualTo(hexOf(collections));
    }
  }

  @ParameterizedTest
  @EnumSource(CompressionType.class)
  void cutsPartsSoThatEachCanBeReadOnItsOwn(CompressionType type) throws IOException {
    byte[] noise = new byte[1 << 20];
    new Random(7).nextBytes(noise);
    BsonDocument large =
        new BsonDocument("_id", new BsonInt32(0)).append("blob", new BsonBinary(noise));
    BsonDocument largest =
        new BsonDocument("_id", new BsonInt32(0))
            .append("blob", new BsonBinary(new byte[(16 << 20) - 64]));
    Map<String, List<BsonDocument>> collections = new LinkedHashMap<>();
    collections.put("large", Collections.nCopies(9, large));
    collections.put("largest", List.of(largest, largest));
    Storage storage = new FileSystemStorage(folder);

    BackupManifest manifest = StoredBackup.write(storage, type, collections);

    check(storage, manifest);
    assertThat(manifest.parts())
        .filteredOn(part -> "large".equals(part.collection()))
        .extracting(ArchivePart::documents)
        .containsExactly(4L, 4L, 1L, 0L);
    Map<String, Long> documents = new HashMap<>();
    PartSource source = new PartSource(storage, StoredBackup.LOCATION, manifest);
    for (ArchivePart part : manifest.parts().reversed()) {
      if (part.collection() != null) {
        source.visit(
            part,
            new BlockVisitor() {
              @Override
              public void document(String database, String name, byte[] bytes, int length) {
                documents.merge(name, 1L, Long::sum);
              }

              @Override
              public void end(String database, String name, long crc) {}
            });
      }
    }
    assertThat(documents).isEqualTo(Map.of("large", 9L, "largest", 2L));
  }

  @Test
  void readsInterleavedCollections() throws IOException {
    BsonDocument one = BsonDocument.parse("{_id: 1}");
    BsonDocument two = BsonDocument.parse("{_id: 2}");
    byte[] archive = interleaved(one, two, 0);
    Map<String, List<String>> expected =
        Map.of("a", List.of(hex(one), hex(two)), "b", List.of(hex(one)));
    assertThat(read(new ByteArrayInputStream(archive))).isEqualTo(expected);
    assertThatThrownBy(() -> read(new ByteArrayInputStream(interleaved(one, two, 1))))
        .isInstanceOf(MalformedArchiveException.class)
        .hasMessageContaining("CRC of 'db.a'");
    for (int length = 0; length < archive.length; length++) {
      byte[] cut = Arrays.copyOf(archive, length);
      assertThatThrownBy(() -> read(new ByteArrayInputStream(cut)))
          .as("%d of %d bytes", length, archive.length)
          .isInstanceOf(MalformedArchiveException.class);
    }
  }

  private static byte[] interleaved(BsonDocument one, BsonDocument two, long error)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Prelude(
            2,
            "8.0.4",
            "test",
            List.of(
                new Prelude.Entry("db", CollectionMetadata.fromJson("a", ""), 0),
                new Prelude.Entry("db", CollectionMetadata.fromJson("b", ""), 0)))
        .write(out);
    byte[] first = ArchiveFormat.bytes(one);
    byte[] second = ArchiveFormat.bytes(two);
    long crc = Crc64.update(Crc64.EMPTY, first, 0, first.length);
    block(out, "a", false, 0, one);
    block(out, "b", false, 0, one);
    block(out, "a", false, 0, two);
    block(out, "b", true, crc, null);
    block(out, "a", true, Crc64.update(crc, second, 0, second.length) + error, null);
    return out.toByteArray();
  }

  private static void block(
      ByteArrayOutputStream out, String name, boolean end, long crc, BsonDocument body)
      throws IOException {
    out.write(
        ArchiveFormat.bytes(
            new BsonDocument("db", new BsonString("db"))
                .append("collection", new BsonString(name))
                .append("EOF", BsonBoolean.valueOf(end))
                .append("CRC", new BsonInt64(crc))));
    if (body != null) {
      out.write(ArchiveFormat.bytes(body));
    }
    out.write(ArchiveFormat.TERMINATOR);
  }

  private static Prelude check(Storage storage, BackupManifest manifest) {
    return new ArchiveCheck(storage, StoredBackup.LOCATION, manifest, new StopSignal())
        .run(bytes -> {});
  }

  private static Map<String, List<String>> read(InputStream in) throws IOException {
    Map<String, List<String>> found = new HashMap<>();
    ArchiveReader.read(
        in,
        new BlockVisitor() {
          @Override
          public void document(String database, String name, byte[] buffer, int length) {
            found
                .computeIfAbsent(name, key -> new ArrayList<>())
                .add(hex(new RawBsonDocument(buffer.clone(), 0, length)));
          }

          @Override
          public void end(String database, String name, long crc) {
            found.computeIfAbsent(name, key -> new ArrayList<>());
          }
        });
    return found;
  }

  private static Map<String, List<String>> hexOf(Map<String, List<BsonDocument>> collections) {
    Map<String, List<String>> all = new HashMap<>();
    collections.forEach(
        (name, documents) -> all.put(name, documents.stream().map(ArchiveTest::hex).toList()));
    return all;
  }

  private static String hex(BsonDocument document) {
    return Sha256.hex(ArchiveFormat.bytes(document));
  }
}
