package dev.godwit.engine.backup;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/// Reads a whole archive without a manifest, as stock mongodump writes it: plain or gzip,
/// collections interleaved or not. Checks the CRC of each collection at its end.
final class ArchiveReader {

  private static final int GZIP_FIRST_BYTE = 0x1f;
  private static final int BUFFER_BYTES = 64 << 10;

  private ArchiveReader() {}

  /// @param in the archive; it is not closed
  /// @throws MalformedArchiveException when it is no whole archive, or a CRC is wrong
  static Prelude read(InputStream in, BlockVisitor visitor) throws IOException {
    InputStream content = uncompressed(in);
    Prelude prelude = Prelude.read(content);
    Map<String, Long> crcs = new HashMap<>();
    Set<String> open = new HashSet<>();
    for (Prelude.Entry entry : prelude.entries()) {
      CollectionMetadata metadata = entry.metadata();
      open.add(entry.database() + "." + metadata.dataCollection());
    }
    new BlockReader(content)
        .readAll(
            new BlockVisitor() {
              @Override
              public void document(String database, String collection, byte[] buffer, int length)
                  throws IOException {
                String namespace = database + "." + collection;
                if (!open.contains(namespace)) {
                  throw new MalformedArchiveException(
                      "a document of '%s' is out of place".formatted(namespace));
                }
                long before = crcs.getOrDefault(namespace, Crc64.EMPTY);
                crcs.put(namespace, Crc64.update(before, buffer, 0, length));
                visitor.document(database, collection, buffer, length);
              }

              @Override
              public void end(String database, String collection, long crc) throws IOException {
                String namespace = database + "." + collection;
                if (!open.remove(namespace)) {
                  throw new MalformedArchiveException(
                      "the end of '%s' is out of place".formatted(namespace));
                }
                if (crcs.getOrDefault(namespace, Crc64.EMPTY) != crc) {
                  throw new MalformedArchiveException(
                      "the CRC of '%s' is wrong".formatted(namespace));
                }
                visitor.end(database, collection, crc);
              }
            });
    if (!open.isEmpty()) {
      throw new MalformedArchiveException("it ends before the end of %s".formatted(open));
    }
    return prelude;
  }

  private static InputStream uncompressed(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, BUFFER_BYTES);
    buffered.mark(1);
    int first = buffered.read();
    buffered.reset();
    return first == GZIP_FIRST_BYTE
        ? new BufferedInputStream(new GZIPInputStream(buffered, BUFFER_BYTES), BUFFER_BYTES)
        : buffered;
  }
}
