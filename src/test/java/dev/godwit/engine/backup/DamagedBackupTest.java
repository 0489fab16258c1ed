package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Every damage is found before a restore would write anything.
class DamagedBackupTest {

  private static final int SAMPLES = 400;

  @TempDir Path folder;
  private Storage storage;

  @BeforeEach
  void open() {
    storage = new FileSystemStorage(folder);
  }

  @ParameterizedTest
  @EnumSource(CompressionType.class)
  void findsFlippedBits(CompressionType type) throws IOException {
    BackupManifest manifest = write(type);
    byte[] archive = Files.readAllBytes(archive());
    long seed = System.nanoTime();
    System.out.println("seed of the flipped bits: " + seed);
    Random random = new Random(seed);
    for (int sample = 0; sample < SAMPLES; sample++) {
      byte[] damaged = archive.clone();
      int position = random.nextInt(archive.length);
      damaged[position] ^= (byte) (1 << random.nextInt(8));
      Files.write(archive(), damaged);
      assertDamaged("byte %d, seed %d".formatted(position, seed), "SHA-256");
    }
    for (ArchivePart part : manifest.parts()) {
      for (long position : List.of(part.offset(), part.offset() + part.length() - 1)) {
        byte[] damaged = archive.clone();
        damaged[(int) position] ^= 1;
        Files.write(archive(), damaged);
        assertDamaged("byte " + position, "the part at byte " + part.offset());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(CompressionType.class)
  void findsTruncationAtEveryBoundary(CompressionType type) throws IOException {
    BackupManifest manifest = write(type);
    byte[] archive = Files.readAllBytes(archive());
    for (ArchivePart part : manifest.parts()) {
      for (long length :
          List.of(part.offset(), part.offset() + 1, part.offset() + part.length() / 2)) {
        Files.write(archive(), Arrays.copyOf(archive, (int) length));
        assertDamaged("cut at " + length, "the archive has %d bytes".formatted(length));
      }
    }
    Files.write(archive(), Arrays.copyOf(archive, archive.length + 1));
    assertDamaged("one byte more", "the archive has %d bytes".formatted(archive.length + 1));
  }

  @ParameterizedTest
  @EnumSource(CompressionType.class)
  void findsAMissingPart(CompressionType type) throws IOException {
    BackupManifest manifest = write(type);
    byte[] archive = Files.readAllBytes(archive());
    for (ArchivePart part : manifest.parts()) {
      int end = (int) (part.offset() + part.length());
      byte[] without = new byte[archive.length - (int) part.length()];
      System.arraycopy(archive, 0, without, 0, (int) part.offset());
      System.arraycopy(archive, end, without, (int) part.offset(), archive.length - end);
      Files.write(archive(), without);
      assertDamaged("without the part at " + part.offset(), "the archive has");
    }
  }

  @Test
  void findsAMissingArchive() throws IOException {
    write(CompressionType.Gzip);
    Files.delete(archive());
    assertDamaged("no archive", "'archive' is missing");
  }

  @Test
  void saysThatAFolderWithoutManifestIsNoBackup() throws IOException {
    write(CompressionType.Gzip);
    Files.delete(manifest());
    assertThat(BackupManifest.exists(storage, StoredBackup.LOCATION)).isFalse();
    assertThatThrownBy(this::check)
        .isInstanceOf(RunException.class)
        .hasMessageContaining("there is no finished backup at 'b/1'")
        .satisfies(
            failed ->
                assertThat(((RunException) failed).failure().reason()).isEqualTo("BackupMissing"));
  }

  static Stream<Arguments> edits() {
    return Stream.of(
        Arguments.of("\"absent\"", "\"users\"", "was changed"),
        Arguments.of("\"documents\": 3", "\"documents\": 2", "was changed"),
        Arguments.of("\"consistency\": \"None\"", "\"consistency\": \"None \"", "was changed"),
        Arguments.of("2026-01-02", "2027-01-02", "was changed"),
        Arguments.of("\"checksum\"", "\"cheksum\"", "was changed"),
        Arguments.of("\"formatVersion\": 1", "\"formatVersion\": 2", "formatVersion 2, known is 1"),
        Arguments.of("\"parts\": [", "\"parts\": ", "cannot be read"),
        Arguments.of("{\n", "\n", "cannot be read"));
  }

  @ParameterizedTest
  @MethodSource("edits")
  void refusesAnEditedManifest(String text, String edited, String message) throws IOException {
    write(CompressionType.None);
    String json = Files.readString(manifest());
    assertThat(json).contains(text);
    Files.writeString(manifest(), json.replace(text, edited));
    assertThatThrownBy(() -> BackupManifest.read(storage, StoredBackup.LOCATION))
        .isInstanceOf(RunException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("b/1");
  }

  @Test
  void refusesATruncatedManifest() throws IOException {
    write(CompressionType.None);
    byte[] json = Files.readAllBytes(manifest());
    for (int length = 0; length < json.length - 2; length += 5) {
      Files.write(manifest(), Arrays.copyOf(json, length));
      assertThatThrownBy(() -> BackupManifest.read(storage, StoredBackup.LOCATION))
          .as("%d bytes", length)
          .isInstanceOf(RunException.class)
          .hasMessageContaining("manifest.json");
    }
  }

  @Test
  void readsAManifestThatWasOnlyIndentedAnew() throws IOException {
    BackupManifest manifest = write(CompressionType.None);
    String json = Files.readString(manifest(), StandardCharsets.UTF_8);
    Files.writeString(manifest(), json.replace("\n", "\n\t"));
    assertThat(BackupManifest.read(storage, StoredBackup.LOCATION)).isEqualTo(manifest);
  }

  @Test
  void findsAManifestOfAnotherBackup() throws IOException {
    write(CompressionType.None);
    byte[] other = Files.readAllBytes(manifest());
    StoredBackup.write(
        storage, CompressionType.None, Map.of("users", List.of(BsonDocument.parse("{_id: 1}"))));
    Files.write(manifest(), other);
    assertDamaged("another manifest", "the archive has");
  }

  private BackupManifest write(CompressionType type) throws IOException {
    Random random = new Random(3);
    Map<String, List<BsonDocument>> collections = new LinkedHashMap<>();
    collections.put(
        "users",
        IntStream.range(0, 300).mapToObj(id -> SampleDocuments.random(random, id)).toList());
    collections.put("empty", List.of());
    collections.put("few", SampleDocuments.ofEveryType().subList(0, 3));
    return StoredBackup.write(storage, type, collections);
  }

  private void assertDamaged(String what, String message) {
    assertThatThrownBy(this::check)
        .as(what)
        .isInstanceOf(RunException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("'b/1'")
        .satisfies(
            failed -> {
              RunException damaged = (RunException) failed;
              assertThat(damaged.verdict()).isEqualTo(Verdict.Refused);
              assertThat(damaged.failure().reason()).isEqualTo("BackupDamaged");
            });
  }

  private void check() {
    BackupManifest manifest = BackupManifest.read(storage, StoredBackup.LOCATION);
    new ArchiveCheck(storage, StoredBackup.LOCATION, manifest, new StopSignal()).run(bytes -> {});
  }

  private Path archive() {
    return folder.resolve(StoredBackup.LOCATION).resolve("archive");
  }

  private Path manifest() {
    return folder.resolve(StoredBackup.LOCATION).resolve(BackupManifest.NAME);
  }
}
