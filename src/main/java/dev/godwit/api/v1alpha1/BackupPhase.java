package dev.godwit.api.v1alpha1;

/// Where a backup is. Derived, for people; programs read the conditions.
public enum BackupPhase {
  /// The Job is not running yet. Exits: Running, Failed.
  Pending,
  /// The Job reads the database and writes the archive. Exits: Succeeded, Failed.
  Running,
  /// Terminal: complete; the manifest is written. Left for Deleting.
  Succeeded,
  /// Terminal: not usable as a backup. Left for Deleting.
  Failed,
  /// The resource is being deleted, and with it the stored data if its deletionPolicy says so.
  Deleting;

  /// Whether the backup has come to an end.
  public boolean isTerminal() {
    return this == Succeeded || this == Failed;
  }
}
