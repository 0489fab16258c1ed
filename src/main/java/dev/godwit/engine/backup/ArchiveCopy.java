package dev.godwit.engine.backup;

import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/// Writes the archive of a backup for stock `mongorestore`: uncompressed, or as gzip. Every part is
/// compared with its SHA-256 before a byte of it is written.
public final class ArchiveCopy {

  private static final int BUFFER_BYTES = 64 << 10;

  private final Storage storage;
  private final String location;
  private final BackupManifest manifest;
  private final StopSignal stop;

  /// @param location folder of the backup; empty for the root
  /// @throws RunException when there is no backup that can be read
  public ArchiveCopy(Storage storage, String location, StopSignal stop) {
    this.storage = storage;
    this.location = location;
    this.manifest = BackupManifest.read(storage, location);
    this.stop = stop;
  }

  /// Reads the whole archive once and compares it with the manifest.
  ///
  /// @throws RunException when it is damaged, saying what
  public void check() {
    new ArchiveCheck(storage, location, manifest, stop).run(bytes -> {});
  }

  /// Writes the archive.
  ///
  /// @param gzip whether `out` gets gzip; an archive that is stored so goes through as it is
  /// @param out is not closed
  /// @throws RunException when a part is damaged or the storage fails; what came before it is
  ///     written by then
  /// @throws IOException when `out` takes no more
  public void write(OutputStream out, boolean gzip) throws IOException {
    boolean asStored = gzip && manifest.compression().typeOrDefault() == CompressionType.Gzip;
    OutputStream target = gzip && !asStored ? new GZIPOutputStream(out, BUFFER_BYTES) : out;
    PartSource source = new PartSource(storage, location, manifest);
    for (ArchivePart part : manifest.parts()) {
      stop.check();
      write(part, source, asStored, target);
    }
    if (target instanceof GZIPOutputStream compressed) {
      compressed.finish();
    }
    out.flush();
  }

  private void write(ArchivePart part, PartSource source, boolean asStored, OutputStream target)
      throws IOException {
    byte[] stored = stored(part, source);
    if (asStored) {
      target.write(stored);
      return;
    }
    try (InputStream content = source.content(stored)) {
      content.transferTo(target);
    }
  }

  private byte[] stored(ArchivePart part, PartSource source) {
    try {
      return source.stored(part);
    } catch (MalformedArchiveException malformed) {
      throw BackupFailure.damaged(storage, location, malformed.getMessage(), malformed);
    } catch (IOException failed) {
      throw BackupFailure.ofStorage("read the archive", storage, location, failed);
    }
  }
}
