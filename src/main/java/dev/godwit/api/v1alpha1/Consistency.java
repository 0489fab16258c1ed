package dev.godwit.api.v1alpha1;

/// Whether all collections of a backup are of one point in time.
public enum Consistency {
  /// Yes: the server gave all readers the same snapshot.
  Snapshot,
  /// No: each document is as it was when it was read.
  None
}
