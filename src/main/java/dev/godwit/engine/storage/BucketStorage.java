package dev.godwit.engine.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Keeps objects in a bucket of a server that speaks S3, below a prefix. A bucket shows an object
/// only when all of it is there. What a crash leaves of one are the parts of an upload: they are
/// cleared when the object is written again; of two writers at once one fails.
///
/// A request is sent again when it fails in passing, up to eight times, for a minute or so.
public final class BucketStorage implements Storage {

  private final Bucket bucket;
  private final BucketFailure failure;
  private final S3Client client;
  private final UnfinishedUploads uploads;
  private final Patience patience;

  public BucketStorage(Bucket bucket) {
    this(bucket, Patience.DEFAULT);
  }

  /// For tests that do not want to wait.
  BucketStorage(Bucket bucket, Patience patience) {
    this.bucket = bucket;
    this.failure = new BucketFailure(bucket);
    this.client = BucketClient.of(bucket, patience);
    this.uploads = new UnfinishedUploads(client, bucket, failure);
    this.patience = patience;
  }

  @Override
  public PendingObject create(String name) throws IOException {
    requireValid(name);
    uploads.abortAllBut(null, name);
    return new BucketUpload(client, bucket, failure, uploads, name, patience);
  }

  @Override
  public InputStream open(String name, long offset, long length) throws IOException {
    requireValid(name);
    if (length == 0) {
      size(name);
      return new ByteArrayInputStream(new byte[0]);
    }
    return new BucketObject(client, bucket, failure, name, offset, length);
  }

  @Override
  public long size(String name) throws IOException {
    requireValid(name);
    return head(name)
        .orElseThrow(() -> new NoSuchFileException(describe() + ", '" + name + "'"))
        .contentLength();
  }

  @Override
  public boolean exists(String name) throws IOException {
    requireValid(name);
    return head(name).isPresent();
  }

  @Override
  public List<String> list(String folder) throws IOException {
    if (!folder.isEmpty()) {
      requireValid(folder);
    }
    String root = bucket.key("");
    String below = folder.isEmpty() ? root : bucket.key(folder) + "/";
    return failure.explain(
        "list the objects below",
        folder,
        () ->
            client
                .listObjectsV2Paginator(request -> request.bucket(bucket.name()).prefix(below))
                .contents()
                .stream()
                .map(S3Object::key)
                .map(key -> key.substring(root.length()))
                // Others may have put there what has no name here, as folders of a console.
                .filter(ObjectName::isValid)
                .sorted()
                .toList());
  }

  @Override
  public void delete(String name) throws IOException {
    requireValid(name);
    uploads.abortAllBut(null, name);
    failure.explain(
        "delete",
        name,
        () -> client.deleteObject(request -> request.bucket(bucket.name()).key(bucket.key(name))));
  }

  @Override
  public String describe() {
    return bucket.describe();
  }

  private Optional<HeadObjectResponse> head(String name) throws IOException {
    try {
      return Optional.of(
          failure.explain(
              "look for",
              name,
              () ->
                  client.headObject(
                      request -> request.bucket(bucket.name()).key(bucket.key(name)))));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
  }

  private void requireValid(String name) {
    if (!ObjectName.isValid(name)) {
      throw ObjectName.invalid(name, describe());
    }
  }
}
