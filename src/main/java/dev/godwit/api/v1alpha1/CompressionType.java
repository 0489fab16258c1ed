package dev.godwit.api.v1alpha1;

/// How an archive is compressed.
public enum CompressionType {
  Gzip,
  None
}
