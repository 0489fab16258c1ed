package dev.godwit.engine.backup;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.godwit.api.v1alpha1.Compression;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/// Makes of a part what is stored of it: a gzip member, a Zstandard frame, or itself. For one
/// thread; what it returns is good until it is called again.
abstract sealed class PartCompressor implements Closeable {

  /// Output larger than this is not kept for the next part.
  private static final int KEPT_BYTES = 6 << 20;

  /// Bytes of an array, from 0 on.
  record Stored(byte[] bytes, int length) {}

  static PartCompressor of(Compression compression) {
    return switch (compression.typeOrDefault()) {
      case Gzip -> new Gzip(compression.levelOrDefault());
      case Zstd -> new Zstandard(compression.levelOrDefault());
      case None -> new Plain();
    };
  }

  abstract Stored compress(byte[] bytes, int length) throws IOException;

  @Override
  public void close() {}

  private static final class Plain extends PartCompressor {

    @Override
    Stored compress(byte[] bytes, int length) {
      return new Stored(bytes, length);
    }
  }

  private static final class Gzip extends PartCompressor {

    private static final int STEP_BYTES = 64 << 10;

    private final int level;
    private Buffer buffer = new Buffer(0);

    Gzip(int level) {
      this.level = level;
    }

    @Override
    Stored compress(byte[] bytes, int length) throws IOException {
      int expected = Math.min(length / 2, KEPT_BYTES);
      if (buffer.capacity() > KEPT_BYTES || buffer.capacity() < expected) {
        buffer = new Buffer(expected);
      }
      buffer.reset();
      try (OutputStream member = new Member(buffer, level)) {
        member.write(bytes, 0, length);
      }
      return new Stored(buffer.array(), buffer.size());
    }

    private static final class Member extends GZIPOutputStream {

      Member(OutputStream out, int level) throws IOException {
        super(out, STEP_BYTES);
        def.setLevel(level);
      }
    }

    private static final class Buffer extends ByteArrayOutputStream {

      Buffer(int size) {
        super(Math.max(32, size));
      }

      byte[] array() {
        return buf;
      }

      int capacity() {
        return buf.length;
      }
    }
  }

  private static final class Zstandard extends PartCompressor {

    private static final int SHORT_BYTES = 1 << 20;
    private static final int USUAL_BYTES = (int) Zstd.compressBound(5 << 20);

    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private byte[] buffer = new byte[0];

    Zstandard(int level) {
      context.setLevel(level).setChecksum(true);
    }

    @Override
    Stored compress(byte[] bytes, int length) {
      int bound = Math.toIntExact(Zstd.compressBound(length));
      if (buffer.length < bound || buffer.length > KEPT_BYTES && bound <= KEPT_BYTES) {
        // Parts differ by a page; one array for all of the usual ones.
        buffer = new byte[bound < SHORT_BYTES || bound > USUAL_BYTES ? bound : USUAL_BYTES];
      }
      return new Stored(
          buffer, context.compressByteArray(buffer, 0, buffer.length, bytes, 0, length));
    }

    @Override
    public void close() {
      context.close();
    }
  }
}
