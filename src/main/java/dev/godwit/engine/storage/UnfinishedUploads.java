package dev.godwit.engine.storage;

import java.io.IOException;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Uploads in parts that were begun and neither completed nor aborted: they cost, and nobody sees
/// them. Crashes leave them, and requests to begin one whose answer was lost.
final class UnfinishedUploads {

  /// Of a server that does not list uploads or lets nobody, or somebody else has ended it. To tidy
  /// up is all that is done here, and a bucket's rule does it, too; so these are not failures.
  private static final Set<String> LEFT_ALONE =
      Set.of("AccessDenied", "NotImplemented", "MethodNotAllowed", "NoSuchUpload");

  private final S3Client client;
  private final Bucket bucket;
  private final BucketFailure failure;

  UnfinishedUploads(S3Client client, Bucket bucket, BucketFailure failure) {
    this.client = client;
    this.bucket = bucket;
    this.failure = failure;
  }

  /// Aborts the uploads of an object, if the server lists them.
  ///
  /// @param own one that stays; null for none
  void abortAllBut(String own, String name) throws IOException {
    String key = bucket.key(name);
    try {
      client
          .listMultipartUploadsPaginator(request -> request.bucket(bucket.name()).prefix(key))
          .uploads()
          .stream()
          .filter(upload -> upload.key().equals(key) && !upload.uploadId().equals(own))
          .forEach(upload -> send(key, upload.uploadId()));
    } catch (S3Exception answer) {
      if (!LEFT_ALONE.contains(BucketFailure.code(answer))) {
        throw failure.explained("clear unfinished uploads of", name, answer);
      }
    } catch (SdkException failed) {
      throw failure.explained("clear unfinished uploads of", name, failed);
    }
  }

  /// Aborts an upload; none is fine.
  void abort(String upload, String name) throws IOException {
    try {
      send(bucket.key(name), upload);
    } catch (SdkException failed) {
      if (!(failed instanceof S3Exception answer && answer.statusCode() == 404)) {
        throw failure.explained("discard what was written of", name, failed);
      }
    }
  }

  private void send(String key, String upload) {
    client.abortMultipartUpload(request -> request.bucket(bucket.name()).key(key).uploadId(upload));
  }
}
