package dev.godwit.api.v1alpha1;

/// What a rollback may use, and whether it happens by itself.
public enum OnFailure {
  /// Undo the steps from the undo log.
  Steps,
  /// Restore the touched collections from the backup.
  Restore,
  /// Undo the steps; restore from the backup when a step cannot be undone.
  StepsThenRestore,
  /// Leave the changes as they are: a person decides.
  None
}
