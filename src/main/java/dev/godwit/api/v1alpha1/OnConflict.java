package dev.godwit.api.v1alpha1;

/// What an undo does with a value that somebody else changed after the migration wrote it.
public enum OnConflict {
  /// The newer value stays and is reported.
  KeepNewer,
  /// The value from before the migration is put back.
  Overwrite
}
