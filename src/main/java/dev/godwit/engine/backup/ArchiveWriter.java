package dev.godwit.engine.backup;

import dev.godwit.api.v1alpha1.Compression;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/// Writes an archive in parts: the prelude, then blocks of the collections as several threads bring
/// them, each collection's end after all its blocks. Thread-safe; each thread has a [PartPacker].
final class ArchiveWriter implements Closeable {

  /// Large pieces would be copied as a whole into memory outside of the heap.
  private static final int PIECE_BYTES = 128 << 10;

  private final String database;
  private final Compression compression;
  private final OutputStream out;
  private final PartCompressor own;
  private final MessageDigest sha256 = Sha256.digest();
  private final List<ArchivePart> parts = new ArrayList<>();
  private final Map<String, Tally> tallies = new HashMap<>();
  private final Map<String, ArchivedCollection> collections = new HashMap<>();
  private long size;

  /// @param out takes the archive; it is not closed
  ArchiveWriter(String database, Compression compression, OutputStream out) {
    this.database = database;
    this.compression = compression;
    this.out = out;
    this.own = PartCompressor.of(compression);
  }

  /// For one more thread.
  ///
  /// @param large how many buffers may be larger than usual at once
  PartPacker packer(Semaphore large) {
    return new PartPacker(this, new PartBuffer(large), PartCompressor.of(compression));
  }

  synchronized void prelude(Prelude prelude) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    prelude.write(content);
    byte[] bytes = content.toByteArray();
    write(null, own.compress(bytes, bytes.length), new Tally(), StretchOfIds.NONE);
  }

  void begin(PartBuffer part, CollectionMetadata collection) {
    part.begin(database, collection.dataCollection());
  }

  /// Appends a part.
  ///
  /// @param tally of its documents
  /// @param ids what it holds of a walk by `_id`
  void append(
      CollectionMetadata collection, PartCompressor.Stored stored, Tally tally, StretchOfIds ids)
      throws IOException {
    String partSha256 = Sha256.of(stored.bytes(), stored.length());
    synchronized (this) {
      write(collection.dataCollection(), stored, partSha256, tally, ids);
      tallies.computeIfAbsent(collection.name(), name -> new Tally()).add(tally);
    }
  }

  /// Appends the end of a collection, all of whose documents were appended.
  synchronized void end(CollectionMetadata collection) throws IOException {
    Tally tally = tallies.getOrDefault(collection.name(), new Tally());
    PartBuffer block = new PartBuffer(new Semaphore(0));
    block.write(PartBuffer.header(database, collection.dataCollection(), true, tally.crc()));
    block.terminate();
    write(
        collection.dataCollection(),
        own.compress(block.bytes(), block.length()),
        new Tally(),
        StretchOfIds.NONE);
    collections.put(collection.name(), ArchivedCollection.of(collection, tally));
  }

  synchronized List<ArchivePart> parts() {
    return List.copyOf(parts);
  }

  /// A collection that was ended.
  synchronized ArchivedCollection collection(String name) {
    return collections.get(name);
  }

  synchronized long size() {
    return size;
  }

  /// Of what was written until now; nothing can be written any more.
  synchronized String sha256() {
    return Sha256.hex(sha256.digest());
  }

  private void write(String name, PartCompressor.Stored stored, Tally tally, StretchOfIds ids)
      throws IOException {
    write(name, stored, Sha256.of(stored.bytes(), stored.length()), tally, ids);
  }

  private void write(
      String name, PartCompressor.Stored stored, String partSha256, Tally tally, StretchOfIds ids)
      throws IOException {
    for (int done = 0; done < stored.length(); done += PIECE_BYTES) {
      int piece = Math.min(PIECE_BYTES, stored.length() - done);
      out.write(stored.bytes(), done, piece);
      sha256.update(stored.bytes(), done, piece);
    }
    parts.add(
        new ArchivePart(
            size,
            stored.length(),
            partSha256,
            name,
            tally.documents(),
            tally.bytes(),
            tally.crcHex(),
            ids.min(),
            ids.max()));
    size += stored.length();
  }

  @Override
  public void close() {
    own.close();
  }
}
