package dev.godwit.api.v1alpha1;

/// What a user wants of a migration.
public enum DesiredState {
  /// Applied and verified.
  Applied,
  /// Taken back: the data as it was before.
  RolledBack,
  /// Recorded as applied in the database's history; nothing is run.
  Baselined
}
