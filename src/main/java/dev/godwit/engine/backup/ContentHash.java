package dev.godwit.engine.backup;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.HexFormat;

/// A hash of a collection's documents that does not depend on their order, so that it can be taken
/// from an archive, from a cursor in any order, and by several readers at once.
///
/// It is the sum of the documents' SHA-256: each is cut into four 64-bit numbers (big-endian),
/// which are added modulo 2^64 each on its own. It finds faults, not forgers.
final class ContentHash {

  private static final int LANES = 4;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final MessageDigest sha256 = Sha256.digest();
  private final byte[] digest = new byte[LANES * Long.BYTES];
  private final long[] sums = new long[LANES];

  void add(byte[] bytes, int offset, int length) {
    sha256.update(bytes, offset, length);
    try {
      sha256.digest(digest, 0, digest.length);
    } catch (DigestException impossible) {
      throw new IllegalStateException(impossible);
    }
    for (int lane = 0; lane < LANES; lane++) {
      sums[lane] += (long) LONGS.get(digest, lane * Long.BYTES);
    }
  }

  /// Adds all documents of another hash.
  void add(ContentHash other) {
    for (int lane = 0; lane < LANES; lane++) {
      sums[lane] += other.sums[lane];
    }
  }

  /// 64 hexadecimal digits.
  String value() {
    ByteBuffer buffer = ByteBuffer.allocate(LANES * Long.BYTES);
    buffer.asLongBuffer().put(sums);
    return HexFormat.of().formatHex(buffer.array());
  }
}
