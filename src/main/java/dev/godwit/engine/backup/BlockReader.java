package dev.godwit.engine.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.bson.BSONException;
import org.bson.BsonBinaryReader;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.DecoderContext;

/// Reads blocks of an archive: a header, documents, a terminator. Collections may be interleaved.
/// Holds one document at a time.
final class BlockReader {

  private final InputStream in;
  private byte[] buffer = new byte[16 << 10];

  BlockReader(InputStream in) {
    this.in = in;
  }

  /// Reads blocks until the stream ends.
  ///
  /// @throws MalformedArchiveException when the stream is no sequence of whole blocks
  void readAll(BlockVisitor visitor) throws IOException {
    for (int length = next(true); length >= 0; length = next(true)) {
      readBlock(header(length), visitor);
    }
  }

  /// Reads documents without headers and terminators until the stream ends.
  ///
  /// @throws MalformedArchiveException when the stream is no sequence of whole documents
  void readDocuments(String database, String collection, BlockVisitor visitor) throws IOException {
    for (int length = next(true); length >= 0; length = next(true)) {
      if (length == 0) {
        throw new MalformedArchiveException("a terminator stands among documents");
      }
      visitor.document(database, collection, buffer, length);
    }
  }

  /// Reads the next document.
  ///
  /// @return its length, or 0 for a terminator, or -1 for the end of the stream where it is allowed
  int next(boolean endAllowed) throws IOException {
    int read = in.readNBytes(buffer, 0, 4);
    if (read == 0 && endAllowed) {
      return -1;
    }
    if (read < 4) {
      throw new MalformedArchiveException("it ends inside a block");
    }
    int length = ArchiveFormat.length(buffer);
    if (length == -1) {
      return 0;
    }
    if (length < ArchiveFormat.MIN_DOCUMENT || length > ArchiveFormat.MAX_DOCUMENT) {
      throw new MalformedArchiveException(
          "%d is neither the length of a document nor a terminator".formatted(length));
    }
    if (buffer.length < length) {
      byte[] larger = new byte[Math.min(ArchiveFormat.MAX_DOCUMENT, Math.max(length, length * 2))];
      System.arraycopy(buffer, 0, larger, 0, 4);
      buffer = larger;
    }
    if (in.readNBytes(buffer, 4, length - 4) < length - 4) {
      throw new MalformedArchiveException("it ends inside a document");
    }
    if (buffer[length - 1] != 0) {
      throw new MalformedArchiveException("a document does not end with a zero byte");
    }
    return length;
  }

  /// The document that was read last, decoded.
  BsonDocument decoded(int length) throws MalformedArchiveException {
    ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, length);
    try (BsonBinaryReader reader = new BsonBinaryReader(bytes)) {
      return new BsonDocumentCodec().decode(reader, DecoderContext.builder().build());
    } catch (BSONException | IllegalArgumentException | IllegalStateException malformed) {
      throw new MalformedArchiveException("a header is no BSON: " + malformed, malformed);
    }
  }

  private void readBlock(BsonDocument header, BlockVisitor visitor) throws IOException {
    String database = text(header, "db");
    String collection = text(header, "collection");
    boolean end = required(header, "EOF").isBoolean() && header.getBoolean("EOF").getValue();
    for (int length = next(false); length > 0; length = next(false)) {
      if (end) {
        throw new MalformedArchiveException(
            "a document follows the end of collection '%s'".formatted(collection));
      }
      visitor.document(database, collection, buffer, length);
    }
    if (end) {
      visitor.end(database, collection, number(header, "CRC"));
    }
  }

  private BsonDocument header(int length) throws MalformedArchiveException {
    if (length == 0) {
      throw new MalformedArchiveException("a block has no header");
    }
    return decoded(length);
  }

  static String text(BsonDocument document, String key) throws MalformedArchiveException {
    BsonValue value = required(document, key);
    if (!value.isString()) {
      throw new MalformedArchiveException("'%s' of a header is no text".formatted(key));
    }
    return value.asString().getValue();
  }

  private static long number(BsonDocument document, String key) throws MalformedArchiveException {
    BsonValue value = required(document, key);
    if (!value.isNumber()) {
      throw new MalformedArchiveException("'%s' of a header is no number".formatted(key));
    }
    return value.asNumber().longValue();
  }

  private static BsonValue required(BsonDocument document, String key)
      throws MalformedArchiveException {
    BsonValue value = document.get(key);
    if (value == null) {
      throw new MalformedArchiveException("a header has no '%s'".formatted(key));
    }
    return value;
  }
}
