package dev.godwit.api.v1alpha1;

/// Whether the present state is backed up before a restore replaces it.
public enum SafetyBackup {
  /// It is.
  Always,
  /// It is not.
  Never
}
