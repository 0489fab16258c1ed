package dev.godwit.api.v1alpha1;

/// What a merge does with a document that is there.
public enum WhenMatched {
  /// The fields that the pipeline yields are set, others stay.
  Merge,
  /// It is replaced; its `_id` stays.
  Replace,
  /// It stays as it is.
  KeepExisting,
  /// The step fails.
  Fail
}
