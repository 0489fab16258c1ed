package dev.godwit.engine.storage;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// What a request to a bucket failed with, said so that somebody can do something about it.
final class BucketFailure {

  /// The name is of no fixed prefix: MinIO's begin with `XMinio`.
  private static final Set<String> FULL =
      Set.of("StorageFull", "StorageQuotaExceeded", "BucketQuotaExceeded", "QuotaExceeded");

  private static final Set<String> PASSING = Set.of("ExpiredToken", "RequestTimeTooSkewed");

  private final Bucket bucket;

  BucketFailure(Bucket bucket) {
    this.bucket = bucket;
  }

  /// A request.
  @FunctionalInterface
  interface Request<T> {
    T send();
  }

  /// Sends a request.
  ///
  /// @param what what it does, as in "could not …"
  /// @param name of the object; empty when it is about none
  /// @throws NoSuchFileException when there is no such object
  /// @throws StorageFullException when there is no room
  /// @throws StorageRefusedException when it is forbidden or there is no such bucket
  <T> T explain(String what, String name, Request<T> request) throws IOException {
    try {
      return request.send();
    } catch (SdkException failed) {
      throw explained(what, name, failed);
    }
  }

  IOException explained(String what, String name, SdkException failed) {
    if (!(failed instanceof S3Exception answer)) {
      return new IOException(
          "could not %s%s: %s".formatted(what, object(name), rootMessage(failed)), failed);
    }
    String code = code(answer);
    String message =
        "could not %s%s: the server answered %d %s%s"
            .formatted(what, object(name), answer.statusCode(), code, detail(answer));
    if (code.equals("NoSuchBucket")) {
      return new StorageRefusedException(
          "%s; create the bucket '%s', or name another".formatted(message, bucket.name()), answer);
    }
    if (answer.statusCode() == 404 && !code.equals("NoSuchUpload")) {
      NoSuchFileException missing =
          new NoSuchFileException(bucket.describe() + ", '" + name + "'", null, code);
      missing.initCause(answer);
      return missing;
    }
    if (answer.statusCode() == 507 || FULL.stream().anyMatch(code::endsWith)) {
      return new StorageFullException(message, answer);
    }
    if (isRefusal(answer.statusCode()) && !PASSING.contains(code)) {
      return new StorageRefusedException(message + hint(answer.statusCode()), answer);
    }
    return new IOException(message, answer);
  }

  private static boolean isRefusal(int status) {
    return switch (status) {
      case 301, 400, 401, 403, 405, 501 -> true;
      default -> false;
    };
  }

  private static String hint(int status) {
    return switch (status) {
      case 301 -> "; name the bucket's region";
      case 401, 403 ->
          "; check the credentials, and that they may list the bucket and read, write and delete its objects";
      default -> "";
    };
  }

  static String code(S3Exception answer) {
    return answer.awsErrorDetails() == null || answer.awsErrorDetails().errorCode() == null
        ? ""
        : answer.awsErrorDetails().errorCode();
  }

  private static String detail(S3Exception answer) {
    return answer.awsErrorDetails() == null || answer.awsErrorDetails().errorMessage() == null
        ? ""
        : " (%s)".formatted(answer.awsErrorDetails().errorMessage());
  }

  private String object(String name) {
    return name.isEmpty() ? " in " + bucket.describe() : " '%s'".formatted(name);
  }

  /// The client's own words say that a request failed; the cause says why.
  private static String rootMessage(SdkException failed) {
    Throwable root = failed;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root == failed
        ? String.valueOf(failed.getMessage())
        : "%s (%s)".formatted(failed.getMessage(), root);
  }
}
