package dev.godwit.engine.backup;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/// The numbers of mongodump's archive format 0.1, as its `common/archive/spec.md` has them.
final class ArchiveFormat {

  static final String VERSION = "0.1";
  static final byte[] MAGIC = {0x6d, (byte) 0xe2, (byte) 0x99, (byte) 0x81};
  static final byte[] TERMINATOR = {-1, -1, -1, -1};
  static final int MIN_DOCUMENT = 5;

  /// A document may have 16 MiB; the server allows itself 16 KiB more.
  static final int MAX_DOCUMENT = (16 << 20) + (16 << 10);

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private ArchiveFormat() {}

  static byte[] bytes(BsonDocument document) {
    try (BasicOutputBuffer buffer = new BasicOutputBuffer();
        BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
      new BsonDocumentCodec().encode(writer, document, EncoderContext.builder().build());
      return buffer.toByteArray();
    }
  }

  static int length(byte[] buffer) {
    return length(buffer, 0);
  }

  static int length(byte[] buffer, int offset) {
    return (int) INTS.get(buffer, offset);
  }
}
