package dev.godwit.engine.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/// Writes an object while its bytes come: what fits into one part as one request, anything larger
/// in parts, of which some are sent while the next one is filled. Each part carries its CRC-32C.
///
/// Memory: the part that is filled, and parts on their way of at most [#IN_FLIGHT_BYTES], or one:
/// 24 MiB for the first 16 GiB of an object, then two parts of 16, 32, 64 and at most 128 MiB.
final class BucketUpload extends PendingObject {

  static final int IN_FLIGHT_BYTES = 2 * PartSizes.SMALLEST;

  /// Tells this object from another of the same name and size, when an answer is lost.
  private static final String ID = "godwit-upload";

  private final S3Client client;
  private final Bucket bucket;
  private final BucketFailure failure;
  private final UnfinishedUploads uploads;
  private final String name;
  private final String key;
  private final Patience patience;
  private final String id = UUID.randomUUID().toString();
  private final Chunks.Pool pool = new Chunks.Pool();
  private final Semaphore inFlight = new Semaphore(IN_FLIGHT_BYTES);
  private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<CompletedPart>> parts = new ArrayList<>();
  private Chunks part = new Chunks(pool);
  private long written;
  private boolean begun;
  private String uploadId;
  private boolean committed;
  private volatile boolean partFailed;

  BucketUpload(
      S3Client client,
      Bucket bucket,
      BucketFailure failure,
      UnfinishedUploads uploads,
      String name,
      Patience patience) {
    this.client = client;
    this.bucket = bucket;
    this.failure = failure;
    this.uploads = uploads;
    this.name = name;
    this.key = bucket.key(name);
    this.patience = patience;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int added = 0;
    while (added < length) {
      int room = PartSizes.of(parts.size() + 1) - part.size();
      if (room == 0) {
        send();
        continue;
      }
      int now = Math.min(room, length - added);
      part.add(bytes, offset + added, now);
      added += now;
    }
    written += length;
  }

  /// Hands the part to a sender, once there is room for it among those on their way.
  private void send() throws IOException {
    if (uploadId == null) {
      begin();
    }
    int number = parts.size() + 1;
    if (number > PartSizes.MOST_PARTS) {
      throw new IOException(
          "'%s' is larger than %d GiB, the most that %d parts of an upload hold; back up fewer collections at once"
              .formatted(name, PartSizes.most() >> 30, PartSizes.MOST_PARTS));
    }
    Chunks full = part;
    int permits = Math.min(full.size(), IN_FLIGHT_BYTES);
    acquire(permits);
    if (partFailed) {
      finished();
    }
    part = new Chunks(pool);
    parts.add(
        senders.submit(
            () -> {
              try {
                CompletedPart sent = send(number, full);
                full.free();
                return sent;
              } catch (RuntimeException failed) {
                partFailed = true;
                throw failed;
              } finally {
                inFlight.release(permits);
              }
            }));
  }

  private void acquire(int permits) throws InterruptedIOException {
    try {
      inFlight.acquire(permits);
    } catch (InterruptedException interrupted) {
      throw interrupted();
    }
  }

  /// When the first answer is lost and the request is sent again, there are two.
  private void begin() throws IOException {
    begun = true;
    uploadId =
        failure
            .explain(
                "begin to write",
                name,
                () ->
                    client.createMultipartUpload(
                        request ->
                            request
                                .bucket(bucket.name())
                                .key(key)
                                .checksumAlgorithm(ChecksumAlgorithm.CRC32_C)
                                .metadata(Map.of(ID, id))
                                .serverSideEncryption(encryption())
                                .ssekmsKeyId(bucket.encryption().kmsKeyId())))
            .uploadId();
    uploads.abortAllBut(uploadId, name);
  }

  private CompletedPart send(int number, Chunks full) {
    String checksum = full.crc32c();
    String etag =
        client
            .uploadPart(
                request ->
                    request
                        .bucket(bucket.name())
                        .key(key)
                        .uploadId(uploadId)
                        .partNumber(number)
                        .checksumCRC32C(checksum)
                        .overrideConfiguration(
                            override ->
                                override.apiCallAttemptTimeout(patience.forBytes(full.size()))),
                body(full))
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(etag).checksumCRC32C(checksum).build();
  }

  private static RequestBody body(Chunks bytes) {
    return RequestBody.fromContentProvider(bytes::stream, bytes.size(), "application/octet-stream");
  }

  /// How many bytes are held in memory.
  int bufferedBytes() {
    return IN_FLIGHT_BYTES - inFlight.availablePermits() + part.size();
  }

  @Override
  public void commit() throws IOException {
    try {
      if (uploadId == null) {
        put();
      } else {
        complete();
      }
    } catch (SdkException failed) {
      if (!isThere(failed)) {
        throw failure.explained("write", name, failed);
      }
    }
    committed = true;
  }

  private void put() {
    client.putObject(
        request ->
            request
                .bucket(bucket.name())
                .key(key)
                .checksumCRC32C(part.crc32c())
                .metadata(Map.of(ID, id))
                .serverSideEncryption(encryption())
                .ssekmsKeyId(bucket.encryption().kmsKeyId())
                .overrideConfiguration(
                    override -> override.apiCallAttemptTimeout(patience.forBytes(part.size()))),
        body(part));
  }

  private void complete() throws IOException {
    if (part.size() > 0) {
      send();
    }
    List<CompletedPart> sent = finished();
    client.completeMultipartUpload(
        request ->
            request
                .bucket(bucket.name())
                .key(key)
                .uploadId(uploadId)
                .multipartUpload(upload -> upload.parts(sent)));
  }

  /// Waits for all parts.
  ///
  /// @throws IOException the first one's failure
  private List<CompletedPart> finished() throws IOException {
    List<CompletedPart> sent = new ArrayList<>(parts.size());
    for (Future<CompletedPart> one : parts) {
      try {
        sent.add(one.get());
      } catch (ExecutionException failed) {
        throw failed.getCause() instanceof SdkException answer
            ? failure.explained("write part %d of".formatted(sent.size() + 1), name, answer)
            : new IOException("could not write '%s'".formatted(name), failed.getCause());
      } catch (InterruptedException | CancellationException interrupted) {
        throw interrupted();
      }
    }
    return sent;
  }

  /// Whether the object was written although the answer was lost: then the request that is sent
  /// again finds no upload, or no request comes through any more.
  private boolean isThere(SdkException failed) {
    if (failed instanceof S3Exception answer
        && answer.statusCode() < 500
        && answer.statusCode() != 404) {
      return false;
    }
    try {
      HeadObjectResponse found =
          client.headObject(request -> request.bucket(bucket.name()).key(key));
      return id.equals(found.metadata().get(ID)) && found.contentLength() == written;
    } catch (SdkException unknown) {
      failed.addSuppressed(unknown);
      return false;
    }
  }

  /// Null: as the bucket is set up.
  private ServerSideEncryption encryption() {
    return switch (bucket.encryption().type()) {
      case null -> null;
      case AES256 -> ServerSideEncryption.AES256;
      case KMS -> ServerSideEncryption.AWS_KMS;
    };
  }

  private InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while '%s' was written".formatted(name));
  }

  /// Ends the senders first: a part that arrives after the abort would stay, and cost.
  @Override
  public void close() throws IOException {
    if (!committed) {
      senders.shutdownNow();
    }
    senders.close();
    if (!committed && uploadId != null) {
      uploads.abort(uploadId, name);
    } else if (!committed && begun) {
      uploads.abortAllBut(null, name);
    }
  }
}
