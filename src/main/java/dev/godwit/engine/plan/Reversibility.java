package dev.godwit.engine.plan;

import dev.godwit.api.v1alpha1.BackupPolicy;
import dev.godwit.engine.changelog.CompiledStep;

/// What takes a step back.
public enum Reversibility {
  /// What Godwit records before it does the step.
  Recorded,
  /// The step's own `rollback`.
  Own,
  /// Only the backup.
  Backup,
  /// Nothing.
  None;

  static Reversibility of(CompiledStep step, BackupPolicy policy) {
    if (!step.rollback().isEmpty()) {
      return Own;
    }
    if (!step.needsBackup()) {
      return Recorded;
    }
    return policy == BackupPolicy.Never ? None : Backup;
  }
}
