package dev.godwit.engine.backup;

import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.CompressionType;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/// Writes an archive in parts: the prelude, then each collection's blocks. A part ends at a block's
/// end once it holds [#PART_BYTES] of documents, so it has at most that and one document more.
final class ArchiveWriter {

  /// Bytes of documents after which a part is ended.
  static final int PART_BYTES = 4 << 20;

  private static final int BUFFER_BYTES = 64 << 10;

  private final String database;
  private final Compression compression;
  private final Digested archive;
  private final List<ArchivePart> parts = new ArrayList<>();
  private final List<ArchivedCollection> collections = new ArrayList<>();

  private Digested stored;
  private OutputStream part;
  private Tally partTally;
  private CollectionMetadata collection;
  private Tally collectionTally;

  /// @param out takes the archive; it is not closed
  ArchiveWriter(String database, Compression compression, OutputStream out) {
    this.database = database;
    this.compression = compression;
    this.archive = new Digested(out);
  }

  void prelude(Prelude prelude) throws IOException {
    beginPart();
    prelude.write(part);
    endPart(null);
  }

  void begin(CollectionMetadata metadata) {
    collection = metadata;
    collectionTally = new Tally();
  }

  void document(byte[] buffer, int offset, int length) throws IOException {
    if (part == null) {
      beginPart();
      header(false, 0);
    }
    part.write(buffer, offset, length);
    partTally.add(buffer, offset, length);
    if (partTally.bytes() >= PART_BYTES) {
      part.write(ArchiveFormat.TERMINATOR);
      collectionTally.add(partTally);
      endPart(collection.dataCollection());
    }
  }

  ArchivedCollection end() throws IOException {
    if (part == null) {
      beginPart();
    } else {
      part.write(ArchiveFormat.TERMINATOR);
      collectionTally.add(partTally);
    }
    header(true, collectionTally.crc());
    part.write(ArchiveFormat.TERMINATOR);
    endPart(collection.dataCollection());
    ArchivedCollection archived = ArchivedCollection.of(collection, collectionTally);
    collections.add(archived);
    return archived;
  }

  List<ArchivePart> parts() {
    return parts;
  }

  List<ArchivedCollection> collections() {
    return collections;
  }

  long size() {
    return archive.count;
  }

  String sha256() {
    return archive.sha256();
  }

  private void header(boolean end, long crc) throws IOException {
    part.write(
        ArchiveFormat.bytes(
            new BsonDocument("db", new BsonString(database))
                .append("collection", new BsonString(collection.dataCollection()))
                .append("EOF", BsonBoolean.valueOf(end))
                .append("CRC", new BsonInt64(crc))));
  }

  private void beginPart() throws IOException {
    stored = new Digested(archive);
    partTally = new Tally();
    part =
        compression.typeOrDefault() == CompressionType.Gzip
            ? new GzipMember(stored, compression.levelOrDefault())
            : new BufferedOutputStream(stored, BUFFER_BYTES);
  }

  private void endPart(String name) throws IOException {
    part.close();
    parts.add(
        new ArchivePart(
            archive.count - stored.count,
            stored.count,
            stored.sha256(),
            name,
            partTally.documents(),
            partTally.bytes(),
            partTally.crcHex()));
    part = null;
  }

  /// Counts and hashes what passes; closing it leaves the stream below open.
  private static final class Digested extends FilterOutputStream {

    private final MessageDigest sha256 = Sha256.digest();
    private long count;

    Digested(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      sha256.update(bytes, offset, length);
      count += length;
    }

    @Override
    public void close() throws IOException {
      flush();
    }

    String sha256() {
      return Sha256.hex(sha256.digest());
    }
  }

  private static final class GzipMember extends GZIPOutputStream {

    GzipMember(OutputStream out, int level) throws IOException {
      super(out, BUFFER_BYTES);
      def.setLevel(level);
    }
  }
}
