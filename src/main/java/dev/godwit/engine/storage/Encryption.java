package dev.godwit.engine.storage;

import dev.godwit.api.v1alpha1.EncryptionType;

/// How a bucket's server encrypts what it stores.
///
/// @param type who holds the key; null: as the bucket itself is set up
/// @param kmsKeyId the key in the server's key management; null for its default
public record Encryption(EncryptionType type, String kmsKeyId) {

  /// As the bucket itself is set up.
  public static final Encryption OF_BUCKET = new Encryption(null, null);
}
