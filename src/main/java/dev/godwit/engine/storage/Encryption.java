package dev.godwit.engine.storage;

/// How a bucket's server encrypts what it stores.
///
/// @param type who holds the key
/// @param kmsKeyId the key in the server's key management; null for its default, and without one
public record Encryption(Type type, String kmsKeyId) {

  /// As the bucket itself is set up.
  public static final Encryption OF_BUCKET = new Encryption(Type.OfBucket, null);

  /// Who holds the key.
  public enum Type {
    /// What the bucket is set up for.
    OfBucket,
    /// A key of the server's own (SSE-S3).
    Aes256,
    /// A key of the server's key management (SSE-KMS).
    Kms
  }
}
