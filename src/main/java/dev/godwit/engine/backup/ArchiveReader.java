package dev.godwit.engine.backup;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;

/// Reads a whole archive without a manifest, as stock mongodump writes it: plain or gzip,
/// collections interleaved or not. Checks the CRC of each collection at its end.
final class ArchiveReader {

  private static final int GZIP_FIRST_BYTE = 0x1f;
  private static final int BUFFER_BYTES = 64 << 10;

  private final boolean compressed;
  private final Counted content;

  /// @param in the archive; it is not closed
  ArchiveReader(InputStream in) throws IOException {
    Peeking stored = new Peeking(in);
    this.compressed = stored.peek() == GZIP_FIRST_BYTE;
    this.content =
        new Counted(
            compressed
                ? new BufferedInputStream(new GZIPInputStream(stored, BUFFER_BYTES), BUFFER_BYTES)
                : stored);
  }

  /// @param in the archive; it is not closed
  /// @throws MalformedArchiveException when it is no whole archive, or a CRC is wrong
  static Prelude read(InputStream in, BlockVisitor visitor) throws IOException {
    return new ArchiveReader(in).read(prelude -> visitor);
  }

  boolean isCompressed() {
    return compressed;
  }

  /// Bytes read of what is uncompressed: the end of the document that was read last.
  long position() {
    return content.position;
  }

  /// @param visitor of an archive with that prelude
  /// @throws MalformedArchiveException when it is no whole archive, or a CRC is wrong
  Prelude read(Function<Prelude, BlockVisitor> visitor) throws IOException {
    Prelude prelude = Prelude.read(content);
    Map<String, Long> crcs = new HashMap<>();
    for (Prelude.Entry entry : prelude.entries()) {
      crcs.put(namespace(entry.database(), entry.metadata().dataCollection()), Crc64.EMPTY);
    }
    Checked checked = new Checked(visitor.apply(prelude), crcs);
    new BlockReader(content).readAll(checked);
    if (!checked.open.isEmpty()) {
      throw new MalformedArchiveException("it ends before the end of %s".formatted(checked.open));
    }
    return prelude;
  }

  private static String namespace(String database, String collection) {
    return database + "." + collection;
  }

  private static final class Checked implements BlockVisitor {

    private final BlockVisitor next;
    private final Map<String, Long> crcs;
    private final Set<String> open;

    Checked(BlockVisitor next, Map<String, Long> crcs) {
      this.next = next;
      this.crcs = crcs;
      this.open = new HashSet<>(crcs.keySet());
    }

    @Override
    public void document(String database, String collection, byte[] buffer, int length)
        throws IOException {
      String namespace = namespace(database, collection);
      if (!open.contains(namespace)) {
        throw new MalformedArchiveException(
            "a document of '%s' is out of place".formatted(namespace));
      }
      crcs.compute(namespace, (_, before) -> Crc64.update(before, buffer, 0, length));
      next.document(database, collection, buffer, length);
    }

    @Override
    public void end(String database, String collection, long crc) throws IOException {
      String namespace = namespace(database, collection);
      if (!open.remove(namespace)) {
        throw new MalformedArchiveException("the end of '%s' is out of place".formatted(namespace));
      }
      if (crcs.get(namespace) != crc) {
        throw new MalformedArchiveException("the CRC of '%s' is wrong".formatted(namespace));
      }
      next.end(database, collection, crc);
    }
  }

  /// Says that bytes are available when there are any: [GZIPInputStream] takes an answer of 0
  /// between two members for the end.
  private static final class Peeking extends BufferedInputStream {

    Peeking(InputStream in) {
      super(in, BUFFER_BYTES);
    }

    synchronized int peek() throws IOException {
      mark(1);
      int first = read();
      reset();
      return first;
    }

    @Override
    public synchronized int available() throws IOException {
      return peek() < 0 ? 0 : Math.max(1, super.available());
    }
  }

  private static final class Counted extends FilterInputStream {

    private long position;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      position += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      position += Math.max(0, read);
      return read;
    }
  }
}
