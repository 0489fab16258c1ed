package dev.godwit.engine.backup;

import com.github.luben.zstd.ZstdIOException;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.Storage;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.zip.ZipException;

/// Reads a whole archive and compares it with its manifest: structure, SHA-256 of every part and of
/// the whole, and each collection's documents, bytes, CRC and content hash. Writes nothing.
final class ArchiveCheck {

  private final Storage storage;
  private final String location;
  private final BackupManifest manifest;
  private final StopSignal stop;

  ArchiveCheck(Storage storage, String location, BackupManifest manifest, StopSignal stop) {
    this.storage = storage;
    this.location = location;
    this.manifest = manifest;
    this.stop = stop;
  }

  /// @param bytesRead takes the number of bytes of the archive that were checked
  /// @return the archive's prelude
  /// @throws RunException when anything differs, saying what
  Prelude run(LongConsumer bytesRead) {
    try (PartSource source = new PartSource(storage, location, manifest)) {
      return check(source, bytesRead);
    } catch (NoSuchFileException missing) {
      throw damaged("'%s' is missing".formatted(manifest.archiveName()), missing);
    } catch (MalformedArchiveException malformed) {
      throw damaged(malformed.getMessage(), malformed);
    } catch (IOException failed) {
      throw BackupFailure.ofStorage("read the archive", storage, location, failed);
    }
  }

  private Prelude check(PartSource source, LongConsumer bytesRead) throws IOException {
    checkSize();
    MessageDigest whole = Sha256.digest();
    Map<String, Tally> tallies = new HashMap<>();
    Map<String, Long> ends = new HashMap<>();
    Prelude prelude = null;
    for (ArchivePart part : manifest.parts()) {
      stop.check();
      byte[] stored = source.stored(part);
      whole.update(stored);
      try (InputStream content = source.content(stored)) {
        if (part.collection() == null) {
          prelude = Prelude.read(content);
          if (content.read() >= 0) {
            throw new MalformedArchiveException("bytes follow the prelude in its part");
          }
        } else {
          Tally tally = checkPart(part, content, ends);
          tallies.computeIfAbsent(part.collection(), name -> new Tally()).add(tally);
        }
      } catch (ZipException | ZstdIOException | EOFException broken) {
        throw new MalformedArchiveException(
            "%s cannot be uncompressed: %s".formatted(PartSource.place(part), broken.getMessage()),
            broken);
      }
      bytesRead.accept(part.offset() + part.length());
    }
    if (!Sha256.hex(whole.digest()).equals(manifest.archiveSha256())) {
      throw new MalformedArchiveException("the SHA-256 of the archive is not the manifest's");
    }
    checkCollections(prelude, tallies, ends);
    return prelude;
  }

  private void checkSize() throws IOException {
    String archive = BackupManifest.path(location, manifest.archiveName());
    long size = storage.size(archive);
    if (size != manifest.archiveSize()) {
      throw new MalformedArchiveException(
          "the archive has %d bytes, the manifest says %d".formatted(size, manifest.archiveSize()));
    }
    long position = 0;
    for (ArchivePart part : manifest.parts()) {
      if (part.offset() != position || part.length() <= 0) {
        throw new MalformedArchiveException(
            "a part of the manifest is missing at byte %d".formatted(position));
      }
      if ((part.collection() == null) != (position == 0)) {
        throw new MalformedArchiveException("the prelude is not the first part and no other");
      }
      position += part.length();
    }
    if (position != size) {
      throw new MalformedArchiveException(
          "the manifest's parts end at byte %d of %d".formatted(position, size));
    }
  }

  private Tally checkPart(ArchivePart part, InputStream content, Map<String, Long> ends)
      throws IOException {
    Tally tally = new Tally();
    new BlockReader(content)
        .readAll(
            new BlockVisitor() {
              @Override
              public void document(String database, String collection, byte[] buffer, int length)
                  throws IOException {
                checkName(database, collection);
                tally.add(buffer, 0, length);
              }

              @Override
              public void end(String database, String collection, long crc) throws IOException {
                checkName(database, collection);
                if (ends.put(collection, crc) != null) {
                  throw new MalformedArchiveException(
                      "collection '%s' ends twice".formatted(collection));
                }
              }

              private void checkName(String database, String collection) throws IOException {
                if (!database.equals(manifest.database())
                    || !collection.equals(part.collection())
                    || ends.containsKey(collection)) {
                  throw new MalformedArchiveException(
                      "%s holds an unexpected block of '%s.%s'"
                          .formatted(PartSource.place(part), database, collection));
                }
              }
            });
    expect(PartSource.place(part), "documents", part.documents(), tally.documents());
    expect(PartSource.place(part), "bytes", part.bytes(), tally.bytes());
    expect(PartSource.place(part), "CRC", part.crc(), tally.crcHex());
    return tally;
  }

  private void checkCollections(Prelude prelude, Map<String, Tally> tallies, Map<String, Long> ends)
      throws IOException {
    List<String> inPrelude =
        prelude.entries().stream().map(entry -> entry.metadata().name()).toList();
    List<String> inManifest =
        manifest.collections().stream().map(ArchivedCollection::name).toList();
    expect("the archive's prelude", "collections", inManifest, inPrelude);
    expect("the archive", "server version", manifest.serverVersion(), prelude.serverVersion());
    Set<String> unknown = new HashSet<>(tallies.keySet());
    for (ArchivedCollection collection : manifest.collections()) {
      String name = collection.dataCollection();
      String place = "collection '%s'".formatted(collection.name());
      unknown.remove(name);
      Long end = ends.get(name);
      if (end == null) {
        throw new MalformedArchiveException("%s has no end".formatted(place));
      }
      Tally tally = tallies.get(name);
      expect(
          place,
          "type",
          collection.type(),
          prelude.collection(collection.name()).orElseThrow().type());
      expect(place, "documents", collection.documents(), tally.documents());
      expect(place, "bytes", collection.bytes(), tally.bytes());
      expect(place, "CRC", collection.crc(), tally.crcHex());
      expect(place, "CRC at its end", tally.crc(), (long) end);
      expect(place, "content hash", collection.contentHash(), tally.contentHash());
    }
    if (!unknown.isEmpty()) {
      throw new MalformedArchiveException(
          "the archive holds collections that the manifest does not list: %s".formatted(unknown));
    }
  }

  private static void expect(String place, String what, Object expected, Object found)
      throws MalformedArchiveException {
    if (!expected.equals(found)) {
      throw new MalformedArchiveException(
          "%s: %s: expected %s, found %s".formatted(place, what, expected, found));
    }
  }

  private RunException damaged(String what, Throwable cause) {
    return BackupFailure.damaged(storage, location, what, cause);
  }
}
