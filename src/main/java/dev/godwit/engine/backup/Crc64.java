package dev.godwit.engine.backup;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// CRC-64/XZ (reflected ECMA-182 polynomial, all ones before and after), as mongodump's archives
/// have it. The value of the ASCII digits `123456789` is `0x995dc9bbdf1939fa`.
///
/// Eight bytes are taken at a time ("slicing by 8": Kounavis and Berry, 2005).
final class Crc64 {

  private static final long POLYNOMIAL = 0xC96C5795D7870F42L;
  private static final long ONE = 1L << 63;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long[][] TABLES = tables();

  /// CRC of no bytes.
  static final long EMPTY = 0;

  private Crc64() {}

  /// The CRC of a text whose beginning has the CRC `before` and which goes on with these bytes.
  static long update(long before, byte[] bytes, int offset, int length) {
    long crc = ~before;
    int position = offset;
    int end = offset + length;
    for (; end - position >= 8; position += 8) {
      long word = crc ^ (long) LONGS.get(bytes, position);
      crc =
          TABLES[7][(int) word & 0xff]
              ^ TABLES[6][(int) (word >>> 8) & 0xff]
              ^ TABLES[5][(int) (word >>> 16) & 0xff]
              ^ TABLES[4][(int) (word >>> 24) & 0xff]
              ^ TABLES[3][(int) (word >>> 32) & 0xff]
              ^ TABLES[2][(int) (word >>> 40) & 0xff]
              ^ TABLES[1][(int) (word >>> 48) & 0xff]
              ^ TABLES[0][(int) (word >>> 56)];
    }
    for (; position < end; position++) {
      crc = TABLES[0][(int) (crc ^ bytes[position]) & 0xff] ^ (crc >>> 8);
    }
    return ~crc;
  }

  /// The CRC of a text whose two parts have the CRCs `first` and `second`.
  ///
  /// @param secondLength length of the second part in bytes
  static long combine(long first, long second, long secondLength) {
    return first == 0 ? second : multiply(zeros(secondLength), first) ^ second;
  }

  /// x^(8 · bytes) modulo the polynomial: what appending that many zero bytes multiplies with.
  private static long zeros(long bytes) {
    long power = ONE;
    long square = ONE >>> 8;
    for (long left = bytes; left != 0; left >>>= 1) {
      if ((left & 1) != 0) {
        power = multiply(square, power);
      }
      square = multiply(square, square);
    }
    return power;
  }

  private static long multiply(long left, long right) {
    long product = 0;
    long shifted = right;
    for (long bit = ONE; bit != 0; bit >>>= 1) {
      if ((left & bit) != 0) {
        product ^= shifted;
      }
      shifted = (shifted & 1) != 0 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
    }
    return product;
  }

  private static long[][] tables() {
    long[][] tables = new long[8][256];
    for (int index = 0; index < 256; index++) {
      long crc = index;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
      }
      tables[0][index] = crc;
    }
    for (int index = 0; index < 256; index++) {
      for (int table = 1; table < 8; table++) {
        long before = tables[table - 1][index];
        tables[table][index] = tables[0][(int) before & 0xff] ^ (before >>> 8);
      }
    }
    return tables;
  }
}
