package dev.godwit.api.v1alpha1;

/// How a backup is checked after it was written.
public enum BackupVerification {
  /// Everything is read back and compared with its checksums.
  Checksum,
  /// Not at all.
  None
}
