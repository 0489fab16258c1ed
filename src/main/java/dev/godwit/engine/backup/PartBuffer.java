package dev.godwit.engine.backup;

import java.util.Arrays;
import java.util.concurrent.Semaphore;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.io.BsonInput;

/// A block that is being filled: its header, then documents as raw BSON, one after the other. For
/// one thread.
///
/// It grows to the size of a usual part. Large documents make it larger; only so many buffers may
/// be large at once as `large` has permits, the others wait with what they have.
final class PartBuffer {

  /// Bytes of documents after which a part is ended.
  static final int FULL_BYTES = 4 << 20;

  /// Room for a part and a larger page that begins in it.
  private static final int USUAL_BYTES = FULL_BYTES + (2 << 20);

  /// Room for a part and a page of the usual size.
  private static final int NORMAL_BYTES = FULL_BYTES + (5 << 18);
  private static final int FIRST_BYTES = 256 << 10;

  private final Semaphore large;
  private byte[] bytes = new byte[FIRST_BYTES];
  private boolean isLarge;
  private int start;
  private int end;
  private int last;
  private int documents;

  PartBuffer(Semaphore large) {
    this.large = large;
  }

  /// Begins a block.
  ///
  /// @param collection name in the blocks
  void begin(String database, String collection) {
    clear();
    write(header(database, collection, false, 0));
    start = end;
  }

  static byte[] header(String database, String collection, boolean isEnd, long crc) {
    return ArchiveFormat.bytes(
        new BsonDocument("db", new BsonString(database))
            .append("collection", new BsonString(collection))
            .append("EOF", BsonBoolean.valueOf(isEnd))
            .append("CRC", new BsonInt64(crc)));
  }

  /// Adds a document that `in` stands before.
  void add(BsonInput in, int length) {
    reserve(length);
    in.readBytes(bytes, end, length);
    added(length);
  }

  /// Adds a document.
  void add(byte[] from, int offset, int length) {
    reserve(length);
    System.arraycopy(from, offset, bytes, end, length);
    added(length);
  }

  private void added(int length) {
    last = end;
    end += length;
    documents++;
  }

  /// Ends the block. Nothing can be added any more.
  void terminate() {
    write(ArchiveFormat.TERMINATOR);
  }

  /// Where the buffer stands, for [#rewind].
  Mark mark() {
    return new Mark(end, last, documents);
  }

  /// Takes away what was added since.
  void rewind(Mark mark) {
    end = mark.end;
    last = mark.last;
    documents = mark.documents;
  }

  /// What [#mark] gives.
  record Mark(int end, int last, int documents) {}

  /// Forgets everything, and gives memory back that a usual part does not need.
  void clear() {
    start = 0;
    end = 0;
    last = 0;
    documents = 0;
    if (isLarge) {
      bytes = new byte[USUAL_BYTES];
      isLarge = false;
      large.release();
    }
  }

  boolean isFull() {
    return end - start >= FULL_BYTES;
  }

  int documents() {
    return documents;
  }

  /// Bytes of the documents; of the whole block before there are any.
  int documentBytes() {
    return end - start;
  }

  byte[] bytes() {
    return bytes;
  }

  /// Bytes of the block so far.
  int length() {
    return end;
  }

  Tally tally() {
    Tally tally = new Tally();
    int position = start;
    for (int i = 0; i < documents; i++) {
      int length = ArchiveFormat.length(bytes, position);
      tally.add(bytes, position, length);
      position += length;
    }
    return tally;
  }

  /// Adds the documents to a hash of content alone.
  void addTo(ContentHash content) {
    int position = start;
    for (int i = 0; i < documents; i++) {
      int length = ArchiveFormat.length(bytes, position);
      content.add(bytes, position, length);
      position += length;
    }
  }

  BsonValue firstId() {
    return id(start);
  }

  BsonValue lastId() {
    return id(last);
  }

  /// Decoded, so that it does not hold the buffer.
  private BsonValue id(int position) {
    int length = ArchiveFormat.length(bytes, position);
    BsonValue id = new RawBsonDocument(bytes, position, length).get("_id");
    return id instanceof RawBsonDocument raw
        ? raw.decode(new org.bson.codecs.BsonDocumentCodec())
        : id;
  }

  /// Adds bytes that are no document.
  void write(byte[] more) {
    reserve(more.length);
    System.arraycopy(more, 0, bytes, end, more.length);
    end += more.length;
  }

  private void reserve(int length) {
    int needed = end + length;
    if (needed <= bytes.length) {
      return;
    }
    if (needed <= USUAL_BYTES) {
      // One step: what is left behind on the way would fill the heap's old part.
      bytes = Arrays.copyOf(bytes, needed <= NORMAL_BYTES ? NORMAL_BYTES : USUAL_BYTES);
      return;
    }
    if (!isLarge) {
      large.acquireUninterruptibly();
      isLarge = true;
    }
    bytes = Arrays.copyOf(bytes, needed);
  }
}
