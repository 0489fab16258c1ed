package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.api.v1alpha1.Consistency;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bson.BsonObjectId;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The manifest of 500 GB of documents, written and read in a process of its own with little heap.
class ManifestMemoryTest {

  private static final int PARTS = 125_000;

  @TempDir Path folder;

  @Test
  void ofHalfATerabyteIsWrittenAndReadIn64MiB() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(said).contains("read %d parts".formatted(PARTS));
  }

  /// What runs there.
  static final class Program {

    private Program() {}

    public static void main(String[] args) throws IOException {
      Storage storage = new FileSystemStorage(Path.of(args[0]));
      write(storage);
      System.out.printf("read %d parts%n", BackupManifest.read(storage, "b").parts().size());
    }

    private static void write(Storage storage) throws IOException {
      BackupManifest manifest = manifest();
      manifest.write(storage, "b");
      if (!manifest.isStoredAt(storage, "b")) {
        throw new IllegalStateException("what is stored is another manifest");
      }
    }

    private static BackupManifest manifest() {
      Random random = new Random(1);
      byte[] hash = new byte[32];
      List<ArchivePart> parts = new ArrayList<>();
      for (int i : IntStream.range(0, PARTS).toArray()) {
        random.nextBytes(hash);
        parts.add(
            new ArchivePart(
                i * 1_000_000L,
                1_000_000,
                Sha256.hex(hash),
                "users",
                4096,
                4 << 20,
                "%016x".formatted(random.nextLong()),
                new BsonObjectId(new ObjectId()),
                new BsonObjectId(new ObjectId())));
      }
      return new BackupManifest(
          "shop",
          true,
          "godwit test",
          "8.0.4",
          Instant.parse("2026-01-02T03:04:05Z"),
          Instant.parse("2026-01-02T03:04:06Z"),
          Consistency.None,
          null,
          BackupVerification.Checksum,
          new Compression(CompressionType.Gzip, 1),
          "archive.gz",
          PARTS * 1_000_000L,
          "0".repeat(64),
          List.of(new ArchivedCollection("users", "collection", 1, 1, "0", "0")),
          List.of(),
          parts);
    }
  }
}
