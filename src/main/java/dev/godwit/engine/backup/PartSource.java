package dev.godwit.engine.backup;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.engine.storage.Storage;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Reads parts of an archive, each checked against its SHA-256 before a byte of it is used. Several
/// threads may read at once; each holds one stored part.
final class PartSource {

  private static final int BUFFER_BYTES = 64 << 10;

  private final Storage storage;
  private final String archive;
  private final CompressionType compression;
  private final String database;
  private final boolean bare;

  PartSource(Storage storage, String location, BackupManifest manifest) {
    this(storage, BackupManifest.path(location, manifest.archiveName()), manifest, false);
  }

  private PartSource(Storage storage, String archive, BackupManifest manifest, boolean bare) {
    this.storage = storage;
    this.archive = archive;
    this.compression = manifest.compression().typeOrDefault();
    this.database = manifest.database();
    this.bare = bare;
  }

  /// Parts that hold documents alone, without the archive's headers and terminators.
  static PartSource ofDocuments(Storage storage, String archive, BackupManifest manifest) {
    return new PartSource(storage, archive, manifest, true);
  }

  /// The stored bytes of a part.
  ///
  /// @throws MalformedArchiveException when they are not what was written
  byte[] stored(ArchivePart part) throws IOException {
    byte[] bytes;
    try (InputStream in = storage.open(archive, part.offset(), part.length())) {
      bytes = in.readNBytes(Math.toIntExact(part.length()));
    }
    if (bytes.length < part.length()) {
      throw new MalformedArchiveException(
          "the archive ends at byte %d inside %s"
              .formatted(part.offset() + bytes.length, place(part)));
    }
    if (!Sha256.of(bytes).equals(part.sha256())) {
      throw new MalformedArchiveException(
          "the SHA-256 of %s is not the manifest's".formatted(place(part)));
    }
    return bytes;
  }

  /// What [#stored] holds, uncompressed.
  InputStream content(byte[] stored) throws IOException {
    InputStream bytes = new ByteArrayInputStream(stored);
    return switch (compression) {
      case Gzip -> new BufferedInputStream(new GZIPInputStream(bytes, BUFFER_BYTES), BUFFER_BYTES);
      case Zstd -> new BufferedInputStream(new ZstdInputStream(bytes), BUFFER_BYTES);
      case None -> bytes;
    };
  }

  /// Hands the blocks of a part to `visitor`.
  void visit(ArchivePart part, BlockVisitor visitor) throws IOException {
    try (InputStream content = content(stored(part))) {
      BlockReader reader = new BlockReader(content);
      if (bare) {
        reader.readDocuments(database, part.collection(), visitor);
      } else {
        reader.readAll(visitor);
      }
    } catch (ZipException | ZstdIOException | EOFException broken) {
      throw notUncompressed(part, broken);
    }
  }

  /// The prelude of the archive.
  Prelude prelude(ArchivePart part) throws IOException {
    try (InputStream content = content(stored(part))) {
      Prelude prelude = Prelude.read(content);
      if (content.read() >= 0) {
        throw new MalformedArchiveException("bytes follow the prelude in its part");
      }
      return prelude;
    } catch (ZipException | ZstdIOException | EOFException broken) {
      throw notUncompressed(part, broken);
    }
  }

  private static MalformedArchiveException notUncompressed(ArchivePart part, IOException broken) {
    return new MalformedArchiveException(
        "%s cannot be uncompressed: %s".formatted(place(part), broken.getMessage()), broken);
  }

  static String place(ArchivePart part) {
    return "the part at byte %d (%s)"
        .formatted(
            part.offset(),
            part.collection() == null
                ? "the prelude"
                : "collection '%s'".formatted(part.collection()));
  }
}
