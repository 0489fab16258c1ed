package dev.godwit.api.v1alpha1;

/// What a merge does with a document that is not there.
public enum WhenNotMatched {
  /// It is inserted.
  Insert,
  /// It is left out.
  Discard,
  /// The step fails.
  Fail
}
