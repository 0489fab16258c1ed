package dev.godwit.api.v1alpha1;

/// How an archive is compressed.
public enum CompressionType {
  /// Members in a row, which mongorestore reads with `--gzip`.
  Gzip,
  /// Frames in a row: smaller and faster, and mongorestore needs it uncompressed.
  Zstd,
  None
}
