package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.api.v1alpha1.RestoreMode;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.Storage;
import dev.godwit.testing.MongoServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever is damaged: a restore says what is wrong, and does not begin to write.
class DamagedRestoreMongoIT {

  private static final int FLIPS = 25;

  @TempDir Path folder;
  private final MongoDatabase database = MongoServer.newDatabase();
  private final List<String> acts = new ArrayList<>();
  private Storage storage;

  @BeforeEach
  void fill() {
    storage = new FileSystemStorage(folder);
    database
        .getCollection("users", BsonDocument.class)
        .insertMany(
            IntStream.range(0, 400)
                .mapToObj(id -> SampleDocuments.random(new Random(id), id))
                .toList());
    database.createCollection("empty");
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  @ParameterizedTest
  @EnumSource(RestoreMode.class)
  void refusesABackupOfGodwit(RestoreMode mode) throws IOException {
    BackupManifest manifest =
        new Dump(database, storage, progress -> {}, new StopSignal())
            .run("b", List.of(), Compression.DEFAULT, BackupVerification.Checksum);
    Path archive = folder.resolve("b").resolve(manifest.archiveName());
    byte[] bytes = Files.readAllBytes(archive);
    Random random = random();
    for (ArchivePart part : manifest.parts()) {
      int offset = (int) part.offset();
      int length = (int) part.length();
      assertRefused(mode, "b", archive, Arrays.copyOf(bytes, offset));
      assertRefused(mode, "b", archive, Arrays.copyOf(bytes, offset + length / 2));
      for (int flip = 0; flip < FLIPS; flip++) {
        assertRefused(mode, "b", archive, flipped(bytes, offset + random.nextInt(length), random));
      }
    }
    Files.delete(archive);
    assertRefused(mode, "b", "'archive.gz' is missing");
    Files.write(archive, bytes);
    Path json = folder.resolve("b/manifest.json");
    String text = Files.readString(json);
    Files.writeString(json, text.replace("\"documents\": 400", "\"documents\": 399"));
    assertRefused(mode, "b", "changed after it was written");
    Files.delete(json);
    assertRefused(mode, "b", "there is no finished backup at 'b'");
    Files.writeString(json, text);
    assertRefused(mode, "c", "there is no finished backup at 'c'");
    assertRefused(mode, "", "there is no finished backup");
  }

  @ParameterizedTest
  @EnumSource(
      value = CompressionType.class,
      names = {"Gzip", "None"})
  void refusesAnArchiveOfMongodump(CompressionType type) throws Exception {
    Path archive = folder.resolve("stock");
    StockTools.dump(archive, type, "--db=" + database.getName());
    byte[] bytes = Files.readAllBytes(archive);
    Random random = random();
    for (RestoreMode mode : RestoreMode.values()) {
      for (int cut = 0; cut < FLIPS; cut++) {
        assertRefused(mode, "stock", archive, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
      }
      for (int flip = 0; flip < FLIPS; flip++) {
        // What stands before the documents has no checksum of its own without compression.
        int from = type == CompressionType.Gzip ? 10 : bytes.length / 4;
        int position = random.nextInt(from, bytes.length - 200);
        assertRefused(mode, "stock", archive, flipped(bytes, position, random));
      }
    }
  }

  @Test
  void readsThePlaceAgainBeforeItLoads() throws IOException {
    BackupManifest manifest =
        new Dump(database, storage, progress -> {}, new StopSignal())
            .run("b", List.of(), Compression.DEFAULT, BackupVerification.Checksum);
    Path archive = folder.resolve("b").resolve(manifest.archiveName());
    byte[] bytes = Files.readAllBytes(archive);
    List<String> before = Contents.documents(database, "users");
    Throwable failed =
        catchThrowable(
            () ->
                new Restore(
                        database,
                        storage,
                        progress -> {},
                        new StopSignal(),
                        act -> {
                          if (act.startsWith("create")) {
                            write(archive, Arrays.copyOf(bytes, bytes.length / 2));
                          }
                        })
                    .swap("b", List.of(), "t"));
    assertThat(failed).isInstanceOf(RunException.class).hasMessageContaining("is damaged");
    assertThat(Contents.documents(database, "users")).isEqualTo(before);
    assertThat(database.listCollectionNames()).noneMatch(name -> name.contains("shadow"));
  }

  private void assertRefused(RestoreMode mode, String location, Path archive, byte[] damaged) {
    write(archive, damaged);
    assertRefused(mode, location, "is damaged");
  }

  private void assertRefused(RestoreMode mode, String location, String message) {
    Restore restore =
        new Restore(database, storage, progress -> {}, new StopSignal(), act -> acts.add(act));
    Throwable failed =
        catchThrowable(
            () -> {
              StoredArchive archive =
                  StoredArchive.open(
                      storage,
                      location,
                      null,
                      database.getName(),
                      progress -> {},
                      new StopSignal());
              RestoreOptions options = RestoreOptions.of(List.of());
              if (mode == RestoreMode.Overwrite) {
                restore.overwrite(archive, options, "t");
              } else {
                restore.swap(archive, options, "t", ShadowTransform.NONE);
              }
            });
    assertThat(failed).isInstanceOf(RunException.class).hasMessageContaining(message);
    assertThat(((RunException) failed).verdict()).isEqualTo(Verdict.Refused);
    assertThat(acts).isEmpty();
  }

  private static byte[] flipped(byte[] bytes, int position, Random random) {
    byte[] damaged = bytes.clone();
    damaged[position] ^= (byte) (1 << random.nextInt(8));
    return damaged;
  }

  private static Random random() {
    long seed = System.nanoTime();
    System.out.println("seed of the damage: " + seed);
    return new Random(seed);
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }
}
