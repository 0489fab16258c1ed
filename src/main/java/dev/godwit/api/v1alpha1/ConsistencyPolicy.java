package dev.godwit.api.v1alpha1;

/// What a backup does where the server cannot give one point in time for all collections.
public enum ConsistencyPolicy {
  /// It goes on, and its status says so.
  Preferred,
  /// It fails.
  Required
}
