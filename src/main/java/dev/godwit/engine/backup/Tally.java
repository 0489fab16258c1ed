package dev.godwit.engine.backup;

/// Counts documents and takes their checksums.
final class Tally {

  private final ContentHash content = new ContentHash();
  private long documents;
  private long bytes;
  private long crc = Crc64.EMPTY;

  void add(byte[] buffer, int offset, int length) {
    documents++;
    bytes += length;
    crc = Crc64.update(crc, buffer, offset, length);
    content.add(buffer, offset, length);
  }

  /// Adds the documents that follow.
  void add(Tally next) {
    documents += next.documents;
    crc = Crc64.combine(crc, next.crc, next.bytes);
    bytes += next.bytes;
    content.add(next.content);
  }

  long documents() {
    return documents;
  }

  /// Bytes of the documents, uncompressed.
  long bytes() {
    return bytes;
  }

  /// CRC-64/XZ over the documents in the order in which they were added.
  long crc() {
    return crc;
  }

  /// The CRC in 16 hexadecimal digits.
  String crcHex() {
    return "%016x".formatted(crc);
  }

  /// See [ContentHash].
  String contentHash() {
    return content.value();
  }
}
