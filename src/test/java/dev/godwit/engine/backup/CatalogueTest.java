package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.PendingObject;
import dev.godwit.engine.storage.Storage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bson.BsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CatalogueTest {

  private static final Map<String, List<BsonDocument>> ONE =
      Map.of("users", List.of(BsonDocument.parse("{_id: 1}"), BsonDocument.parse("{_id: 2}")));

  @TempDir Path folder;
  private Storage storage;
  private Catalogue catalogue;

  @BeforeEach
  void open() {
    storage = new FileSystemStorage(folder);
    catalogue = new Catalogue(storage);
  }

  @Test
  void findsBackupsByWhatIsStored() throws IOException {
    BackupManifest manifest = StoredBackup.write(storage, CompressionType.Gzip, ONE);
    put("c/2/archive.gz");
    put("c/3/manifest.json");
    put("c/notes.txt");

    List<CatalogueEntry> found = catalogue.list("");

    assertThat(found)
        .extracting(CatalogueEntry::location, CatalogueEntry::state)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                StoredBackup.LOCATION, CatalogueEntry.State.Complete),
            org.assertj.core.groups.Tuple.tuple("c/2", CatalogueEntry.State.Unfinished),
            org.assertj.core.groups.Tuple.tuple("c/3", CatalogueEntry.State.Unreadable));
    assertThat(found.getFirst().database()).isEqualTo("shop");
    assertThat(found.getFirst().documents()).isEqualTo(2);
    assertThat(found.getFirst().manifestSha256()).isEqualTo(manifest.sha256());
    assertThat(found.get(1).problem()).contains("manifest.json");
    assertThat(found.get(2).problem()).contains("'c/3'");
    assertThat(catalogue.list("c")).hasSize(2);
    assertThat(catalogue.list("d")).isEmpty();
  }

  @Test
  void deletesABackupAndNothingElse() throws IOException {
    StoredBackup.write(storage, CompressionType.Gzip, ONE);
    put(StoredBackup.LOCATION + "/notes.txt");
    put(StoredBackup.LOCATION + "/2/manifest.json");

    assertThat(catalogue.delete(StoredBackup.LOCATION)).isTrue();
    assertThat(catalogue.delete(StoredBackup.LOCATION)).isFalse();

    assertThat(storage.list(""))
        .containsExactly(
            StoredBackup.LOCATION + "/2/manifest.json", StoredBackup.LOCATION + "/notes.txt");
  }

  @Test
  void whatIsDeletedByHalfIsNoBackup() throws IOException {
    StoredBackup.write(storage, CompressionType.None, ONE);
    Path archive = folder.resolve(StoredBackup.LOCATION).resolve("archive");
    Files.delete(archive);
    Files.createDirectories(archive.resolve("not-a-file"));

    assertThatThrownBy(() -> catalogue.delete(StoredBackup.LOCATION))
        .isInstanceOf(RunException.class);
    assertThat(BackupManifest.exists(storage, StoredBackup.LOCATION)).isFalse();
    Files.delete(archive.resolve("not-a-file"));
    catalogue.delete(StoredBackup.LOCATION);
    assertThat(storage.list("")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(CompressionType.class)
  void anArchiveIsCopiedPlainAndAsGzip(CompressionType type) throws IOException {
    StoredBackup.write(storage, type, ONE);
    ArchiveCopy copy = new ArchiveCopy(storage, StoredBackup.LOCATION, new StopSignal());
    copy.check();

    byte[] plain = copied(copy, false);
    byte[] gzip = copied(copy, true);

    try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
      assertThat(unpacked.readAllBytes()).isEqualTo(plain);
    }
    assertThat(plain).startsWith(0x6d, 0xe2, 0x99, 0x81);
    if (type == CompressionType.None) {
      try (InputStream stored = storage.open(StoredBackup.LOCATION + "/archive", 0)) {
        assertThat(plain).isEqualTo(stored.readAllBytes());
      }
    }
  }

  @Test
  void aDamagedArchiveEndsBeforeItsFirstByte() throws IOException {
    StoredBackup.write(storage, CompressionType.Gzip, ONE);
    Path archive = folder.resolve(StoredBackup.LOCATION).resolve("archive");
    byte[] bytes = Files.readAllBytes(archive);
    bytes[bytes.length - 1] ^= 1;
    Files.write(archive, bytes);
    ArchiveCopy copy = new ArchiveCopy(storage, StoredBackup.LOCATION, new StopSignal());

    assertThatThrownBy(copy::check).hasMessageContaining("is damaged");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThatThrownBy(() -> copy.write(out, true)).hasMessageContaining("is damaged");
    assertThat(out.size()).isPositive();
  }

  private static byte[] copied(ArchiveCopy copy, boolean gzip) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    copy.write(out, gzip);
    return out.toByteArray();
  }

  private void put(String name) throws IOException {
    try (PendingObject object = storage.create(name)) {
      object.write(1);
      object.commit();
    }
  }

  /// A mount whose server is gone: the backup may be as good as ever.
  @Test
  void aVolumeThatDoesNotAnswerHasNotLostItsBackups() throws IOException {
    Path broken = Files.createSymbolicLink(folder.resolve("broken"), folder.resolve("broken"));
    Storage gone = new FileSystemStorage(broken.resolve("backups"));
    List<ThrowingCallable> acts =
        List.of(
            () -> new Catalogue(gone).delete("b"),
            () -> new Catalogue(gone).list(""),
            () -> BackupManifest.exists(gone, "b"),
            () -> StoredArchive.open(gone, "b", null, "shop", progress -> {}, new StopSignal()));
    for (ThrowingCallable act : acts) {
      assertThatThrownBy(act)
          .isInstanceOfSatisfying(
              RunException.class,
              failed -> {
                assertThat(failed.verdict()).isEqualTo(Verdict.Interrupted);
                assertThat(failed.failure().reason()).isEqualTo("StorageUnavailable");
              });
    }
  }
}
