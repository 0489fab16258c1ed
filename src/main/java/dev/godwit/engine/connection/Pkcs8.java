package dev.godwit.engine.connection;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/// Wraps private keys of older forms into PKCS#8 (RFC 5208), the only one that the JDK reads.
///
///     PrivateKeyInfo ::= SEQUENCE { INTEGER 0, SEQUENCE { algorithm OID, parameters }, OCTET
///     STRING key }
final class Pkcs8 {

  private static final int INTEGER = 0x02;
  private static final int OCTET_STRING = 0x04;
  private static final int SEQUENCE = 0x30;

  /// The first explicit, context-specific element of RFC 5915's ECPrivateKey: the curve.
  private static final int CURVE = 0xa0;

  private static final byte[] VERSION_0 = {INTEGER, 1, 0};

  /// OID 1.2.840.113549.1.1.1 and NULL.
  private static final byte[] RSA = HexFormat.of().parseHex("06092a864886f70d0101010500");

  /// OID 1.2.840.10045.2.1; the curve follows.
  private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

  private Pkcs8() {}

  /// @param key RSAPrivateKey of RFC 8017
  static byte[] ofPkcs1(byte[] key) {
    return wrap(RSA, key);
  }

  /// @param key ECPrivateKey of RFC 5915, with its curve
  /// @throws IllegalArgumentException when it is none
  static byte[] ofSec1(byte[] key) {
    try {
      ByteBuffer fields = content(ByteBuffer.wrap(key), SEQUENCE);
      content(fields, INTEGER);
      content(fields, OCTET_STRING);
      ByteBuffer curve = content(fields, CURVE);
      byte[] oid = new byte[curve.remaining()];
      curve.get(oid);
      return wrap(concat(EC, oid), key);
    } catch (BufferUnderflowException cut) {
      throw new IllegalArgumentException("the key ends early", cut);
    }
  }

  private static byte[] wrap(byte[] algorithm, byte[] key) {
    return element(
        SEQUENCE, concat(VERSION_0, element(SEQUENCE, algorithm), element(OCTET_STRING, key)));
  }

  /// The content of the element at the buffer's position, which moves behind it.
  private static ByteBuffer content(ByteBuffer in, int tag) {
    if (Byte.toUnsignedInt(in.get()) != tag) {
      throw new IllegalArgumentException("an element of another kind");
    }
    int length = Byte.toUnsignedInt(in.get());
    if (length >= 0x80) {
      int bytes = length - 0x80;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = length << 8 | Byte.toUnsignedInt(in.get());
      }
    }
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException("an element that is longer than the key");
    }
    ByteBuffer content = in.slice(in.position(), length);
    in.position(in.position() + length);
    return content;
  }

  private static byte[] element(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      int bytes = (39 - Integer.numberOfLeadingZeros(content.length)) / 8;
      out.write(0x80 + bytes);
      for (int i = bytes - 1; i >= 0; i--) {
        out.write(content.length >>> 8 * i);
      }
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
