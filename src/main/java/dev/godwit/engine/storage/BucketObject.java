package dev.godwit.engine.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Reads a stretch of an object. When the connection breaks in it, the rest is asked for, of the
/// same version of the object.
final class BucketObject extends InputStream {

  private static final int ATTEMPTS_WITHOUT_A_BYTE = 5;

  private final S3Client client;
  private final Bucket bucket;
  private final BucketFailure failure;
  private final String name;
  private final long last;
  private long position;
  private long end;
  private String etag;
  private ResponseInputStream<GetObjectResponse> in;

  /// @throws java.nio.file.NoSuchFileException when there is no such object
  BucketObject(
      S3Client client, Bucket bucket, BucketFailure failure, String name, long offset, long length)
      throws IOException {
    this.client = client;
    this.bucket = bucket;
    this.failure = failure;
    this.name = name;
    this.position = offset;
    this.last = length > Long.MAX_VALUE - offset ? Long.MAX_VALUE : offset + length - 1;
    begin();
  }

  private void begin() throws IOException {
    try {
      in = client.getObject(request());
    } catch (S3Exception answer) {
      if (answer.statusCode() == 416 && etag == null) {
        end = position;
        return;
      }
      throw failure.explained("read", name, answer);
    } catch (SdkException failed) {
      throw failure.explained("read", name, failed);
    }
    String found = in.response().eTag();
    if (etag != null && !etag.equals(found)) {
      throw new IOException("'%s' was replaced while it was read".formatted(name));
    }
    etag = found;
    end = position + in.response().contentLength();
  }

  private GetObjectRequest request() {
    String until = last == Long.MAX_VALUE ? "" : Long.toString(last);
    return GetObjectRequest.builder()
        .bucket(bucket.name())
        .key(bucket.key(name))
        .ifMatch(etag)
        .range("bytes=%d-%s".formatted(position, until))
        .build();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    for (int attempt = 1; position < end; attempt++) {
      try {
        if (in == null) {
          begin();
        }
        int read = in.read(bytes, offset, (int) Math.min(length, end - position));
        if (read < 0) {
          // java.net does not say that a body is shorter than its length.
          throw new EOFException("the connection ended at byte %d of %d".formatted(position, end));
        }
        position += read;
        return read;
      } catch (IOException | AbortedException broken) {
        abort();
        if (attempt == ATTEMPTS_WITHOUT_A_BYTE || Thread.currentThread().isInterrupted()) {
          throw new IOException(
              "could not read '%s' from byte %d on: %s"
                  .formatted(name, position, broken.getMessage()),
              broken);
        }
      }
    }
    return -1;
  }

  private void abort() {
    if (in != null) {
      in.abort();
      in = null;
    }
  }

  /// The rest of a stretch that is not wanted is not read.
  @Override
  public void close() throws IOException {
    if (in != null && position == end) {
      in.close();
    } else {
      abort();
    }
    in = null;
    end = position;
  }
}
