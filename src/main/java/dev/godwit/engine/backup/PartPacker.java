package dev.godwit.engine.backup;

import java.io.Closeable;
import java.io.IOException;

/// Makes parts of the documents that one thread reads, and gives them to the archive.
///
/// Checksums and compression are done here, by the thread that reads; only what needs the archive
/// itself waits for the others.
final class PartPacker implements Closeable {

  private final ArchiveWriter archive;
  private final PartBuffer buffer;
  private final PartCompressor compressor;
  private CollectionMetadata collection;
  private boolean isWalk;

  PartPacker(ArchiveWriter archive, PartBuffer buffer, PartCompressor compressor) {
    this.archive = archive;
    this.buffer = buffer;
    this.compressor = compressor;
  }

  /// Begins with documents of a collection.
  ///
  /// @param walk whether they come in the order of `_id`, so that a part is a stretch of `_id`s
  void begin(CollectionMetadata next, boolean walk) {
    collection = next;
    isWalk = walk;
    archive.begin(buffer, collection);
  }

  /// Where documents are put.
  PartBuffer buffer() {
    return buffer;
  }

  /// Adds a document.
  void add(byte[] from, int offset, int length) throws IOException {
    buffer.add(from, offset, length);
    flushIfFull();
  }

  /// Gives the documents to the archive when they make a part.
  void flushIfFull() throws IOException {
    if (buffer.isFull()) {
      flush();
    }
  }

  /// Gives the documents that there are to the archive.
  void flush() throws IOException {
    if (buffer.documents() > 0) {
      Tally tally = buffer.tally();
      StretchOfIds ids = isWalk ? StretchOfIds.of(buffer) : StretchOfIds.NONE;
      buffer.terminate();
      archive.append(collection, compressor.compress(buffer.bytes(), buffer.length()), tally, ids);
    }
    archive.begin(buffer, collection);
  }

  @Override
  public void close() {
    buffer.clear();
    compressor.close();
  }
}
