package dev.godwit.engine.storage;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.zip.CRC32C;

/// Bytes of a part in memory, in pieces of 256 KiB that are used again for later parts: large
/// arrays would need contiguous room in a small heap. Filled by one thread, then read by another.
final class Chunks {

  private static final int BYTES = 256 << 10;

  private final Pool pool;
  private final List<byte[]> chunks = new ArrayList<>();
  private final CRC32C crc = new CRC32C();
  private int size;

  Chunks(Pool pool) {
    this.pool = pool;
  }

  /// Chunks that are free. There are never more than were in use at once.
  static final class Pool {

    private final Deque<byte[]> free = new ArrayDeque<>();

    private synchronized byte[] take() {
      byte[] chunk = free.poll();
      return chunk == null ? new byte[BYTES] : chunk;
    }

    private synchronized void giveBack(List<byte[]> chunks) {
      free.addAll(chunks);
    }
  }

  void add(byte[] bytes, int offset, int length) {
    crc.update(bytes, offset, length);
    int copied = 0;
    while (copied < length) {
      int used = size % BYTES;
      if (used == 0) {
        chunks.add(pool.take());
      }
      int now = Math.min(BYTES - used, length - copied);
      System.arraycopy(bytes, offset + copied, chunks.getLast(), used, now);
      copied += now;
      size += now;
    }
  }

  int size() {
    return size;
  }

  /// CRC-32C of the bytes, big-endian, in Base64, as S3 writes it.
  String crc32c() {
    long value = crc.getValue();
    return Base64.getEncoder()
        .encodeToString(
            new byte[] {
              (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
            });
  }

  /// The bytes; may be read more than once.
  InputStream stream() {
    List<InputStream> streams = new ArrayList<>(chunks.size());
    int left = size;
    for (byte[] chunk : chunks) {
      streams.add(new ByteArrayInputStream(chunk, 0, Math.min(BYTES, left)));
      left -= BYTES;
    }
    return new SequenceInputStream(Collections.enumeration(streams));
  }

  /// Lets others use the memory.
  void free() {
    pool.giveBack(chunks);
    chunks.clear();
    size = 0;
  }
}
