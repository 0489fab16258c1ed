package dev.godwit.api.v1alpha1;

/// What an insert does with a document that is there already.
public enum InsertConflict {
  /// The step fails.
  Fail,
  /// The document that is there stays.
  Skip,
  /// The document that is there is replaced; its `_id` stays.
  Replace
}
