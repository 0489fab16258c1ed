package dev.godwit.api.v1alpha1;

/// Who holds the key that a bucket's server encrypts with.
public enum EncryptionType {
  /// The server: SSE-S3.
  AES256,
  /// The server's key management: SSE-KMS.
  KMS
}
