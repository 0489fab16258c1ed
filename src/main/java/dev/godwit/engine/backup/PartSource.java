package dev.godwit.engine.backup;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.engine.storage.Storage;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Reads parts of an archive, each checked against its SHA-256 before a byte of it is used. Parts
/// that follow each other are read from one stream. Holds one stored part at a time.
final class PartSource implements Closeable {

  private final Storage storage;
  private final String archive;
  private final CompressionType compression;
  private InputStream in;
  private long position;

  PartSource(Storage storage, String location, BackupManifest manifest) {
    this.storage = storage;
    this.archive = BackupManifest.path(location, manifest.archiveName());
    this.compression = manifest.compression().typeOrDefault();
  }

  /// The stored bytes of a part.
  ///
  /// @throws MalformedArchiveException when they are not what was written
  byte[] stored(ArchivePart part) throws IOException {
    if (in == null || position != part.offset()) {
      close();
      in = storage.open(archive, part.offset());
      position = part.offset();
    }
    byte[] bytes = in.readNBytes(Math.toIntExact(part.length()));
    position += bytes.length;
    if (bytes.length < part.length()) {
      throw new MalformedArchiveException(
          "the archive ends at byte %d inside %s".formatted(position, place(part)));
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
      case Gzip -> new GZIPInputStream(bytes, 64 << 10);
      case Zstd -> new ZstdInputStream(bytes);
      case None -> bytes;
    };
  }

  /// Hands the blocks of a part to `visitor`.
  void visit(ArchivePart part, BlockVisitor visitor) throws IOException {
    try (InputStream content = content(stored(part))) {
      new BlockReader(content).readAll(visitor);
    } catch (ZipException | ZstdIOException | EOFException broken) {
      throw new MalformedArchiveException(
          "%s cannot be uncompressed: %s".formatted(place(part), broken.getMessage()), broken);
    }
  }

  static String place(ArchivePart part) {
    return "the part at byte %d (%s)"
        .formatted(
            part.offset(),
            part.collection() == null
                ? "the prelude"
                : "collection '%s'".formatted(part.collection()));
  }

  @Override
  public void close() throws IOException {
    if (in != null) {
      in.close();
      in = null;
    }
  }
}
