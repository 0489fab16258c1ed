package dev.godwit.api.v1alpha1;

/// When a migration takes a backup before it starts.
public enum BackupPolicy {
  /// Before every migration.
  Always,
  /// Only when a step changes or removes documents that exist already.
  WhenDestructive,
  /// Not at all: only the undo log is left as a way back.
  Never
}
