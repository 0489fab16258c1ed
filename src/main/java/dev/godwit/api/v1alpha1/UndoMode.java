package dev.godwit.api.v1alpha1;

/// Whether steps that change documents keep images of them for the undo.
public enum UndoMode {
  /// The old values are kept until `keepUndoFor` is over.
  Record,
  /// Nothing is kept: faster, and only a backup or a step's own rollback can take it back.
  Skip
}
