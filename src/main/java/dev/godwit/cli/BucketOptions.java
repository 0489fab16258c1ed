package dev.godwit.cli;

import dev.godwit.api.v1alpha1.EncryptionType;
import dev.godwit.api.v1alpha1.S3Storage;
import dev.godwit.api.v1alpha1.ServerSideEncryption;
import dev.godwit.engine.RunException;
import dev.godwit.engine.storage.Bucket;
import dev.godwit.engine.storage.Encryption;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// A bucket that backups are kept in. Credentials come from a folder or from where AWS's tools have
/// them, never from an argument, which every user of the machine can read.
final class BucketOptions {

  @Option(
      names = "--storage",
      paramLabel = "s3://BUCKET[/PREFIX]",
      description = "Bucket for backups, and a folder in it; it must exist.")
  private URI storage;

  @Option(
      names = "--s3-region",
      paramLabel = "REGION",
      description = "Region of the bucket; AWS's configuration or the bucket says it if left out.")
  private String region;

  @Option(
      names = "--s3-endpoint",
      paramLabel = "URL",
      description = "The server, if it is not Amazon's.")
  private URI endpoint;

  @Option(
      names = "--s3-path-style",
      paramLabel = "true|false",
      arity = "0..1",
      fallbackValue = "true",
      description =
          "The bucket is in the path of a URL, not in its host; so it is with --s3-endpoint if left out.")
  private Boolean pathStyle;

  @Option(
      names = "--s3-credentials",
      paramLabel = "DIR",
      description =
          "Folder shaped like a Secret: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, if it is there, AWS_SESSION_TOKEN. AWS's environment variables, profile or identity of the machine if left out.")
  private Path credentials;

  @Option(
      names = "--s3-ca-file",
      paramLabel = "FILE",
      description = "Certificates of the authorities to trust, PEM; the JVM's if left out.")
  private Path caFile;

  @Option(
      names = "--s3-encryption",
      paramLabel = "TYPE",
      description = "${COMPLETION-CANDIDATES}; as the bucket is set up if left out.")
  private EncryptionType encryption;

  @Option(
      names = "--s3-kms-key",
      paramLabel = "ID",
      description = "Key for --s3-encryption KMS; the server's default key if left out.")
  private String kmsKey;

  /// The bucket; empty when none is named.
  ///
  /// @throws RunException with verdict `Refused` when the options make no sense
  Optional<Bucket> bucket() {
    if (storage == null) {
      return Optional.empty();
    }
    if (!"s3".equals(storage.getScheme())
        || storage.getAuthority() == null
        || storage.getQuery() != null
        || storage.getFragment() != null) {
      throw refused(
          "--storage", "'%s' is not s3://BUCKET or s3://BUCKET/PREFIX".formatted(storage));
    }
    if (endpoint != null
        && (endpoint.getHost() == null
            || !("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme())))) {
      throw refused("--s3-endpoint", "'%s' is no http:// or https:// URL".formatted(endpoint));
    }
    if (kmsKey != null && encryption != EncryptionType.KMS) {
      throw refused("--s3-kms-key", "it goes with --s3-encryption KMS");
    }
    try {
      return Optional.of(
          new Bucket(
              storage.getAuthority(),
              storage.getPath().replaceAll("^/|/$", ""),
              region,
              endpoint,
              pathStyle,
              credentials,
              caFile,
              encryption == null ? Encryption.OF_BUCKET : new Encryption(encryption, kmsKey)));
    } catch (IllegalArgumentException wrong) {
      throw refused("--storage", wrong.getMessage());
    }
  }

  /// The bucket of a manifest. Credentials and authorities are those of the options; what the
  /// manifest says of the bucket itself holds.
  ///
  /// @throws RunException `Refused` when the manifest makes no sense
  Bucket of(S3Storage manifest) {
    ServerSideEncryption encrypted = manifest.serverSideEncryption();
    try {
      return new Bucket(
          manifest.bucket(),
          manifest.prefix() == null ? "" : manifest.prefix(),
          manifest.region() == null ? region : manifest.region(),
          manifest.endpoint() == null ? endpoint : URI.create(manifest.endpoint()),
          manifest.forcePathStyle() == null ? pathStyle : manifest.forcePathStyle(),
          credentials,
          caFile,
          encrypted == null
              ? Encryption.OF_BUCKET
              : new Encryption(encrypted.type(), encrypted.kmsKeyId()));
    } catch (IllegalArgumentException wrong) {
      throw refused("spec.backup.storage.s3", wrong.getMessage());
    }
  }

  private static RunException refused(String option, String message) {
    return RunException.refused("InvalidStorage", option, message);
  }
}
