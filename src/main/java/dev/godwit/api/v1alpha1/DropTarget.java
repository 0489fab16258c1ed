package dev.godwit.api.v1alpha1;

/// What a rename does with a collection that has the new name already.
public enum DropTarget {
  /// The migration is refused.
  Refuse,
  /// It is renamed aside, and really dropped when `rollback.keepUndoFor` is over.
  SetAside
}
