package dev.godwit.api.v1alpha1;

/// How a schedule's backups are verified from time to time.
public enum VerifyMode {
  /// The stored data are read and compared with their checksums.
  Checksum,
  /// They are also restored into a database of their own, compared with the backup, and dropped.
  Restore
}
