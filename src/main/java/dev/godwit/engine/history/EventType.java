package dev.godwit.engine.history;

/// What an event of the history says.
public enum EventType {
  /// An attempt begins; nothing is changed yet. Details: how the database was before.
  Started,
  /// A step begins. Details: what its undo needs.
  StepStarted,
  /// A step is done. Details: counts.
  StepCompleted,
  /// A step failed; the changes up to there are in place.
  StepFailed,
  /// A check failed after the last step; the changes are in place.
  VerificationFailed,
  /// All steps are done and all checks held for the first time; they go on for a while.
  SoakStarted,
  /// All steps are done and all checks hold.
  Verified,
  /// A rollback begins.
  RollbackStarted,
  /// An operation of a step's own rollback begins. Details: its place, and what a resumed run
  /// needs.
  RollbackOperationStarted,
  /// An operation of a step's own rollback is done. Details: its place, and counts.
  RollbackOperationCompleted,
  /// A step is undone. Details: counts.
  StepUndone,
  /// The touched collections were restored from the backup. Details: what was set aside.
  Restored,
  /// The data is as before.
  RolledBack,
  /// The rollback failed; a person must act.
  RollbackFailed,
  /// What could have taken the version back, or was set aside by its rollback, is dropped: its time
  /// is over.
  UndoDropped,
  /// The version counts as applied though Godwit did not run it. Details: [Origin].
  Baselined
}
