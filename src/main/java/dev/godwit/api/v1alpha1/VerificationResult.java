package dev.godwit.api.v1alpha1;

/// How a verification of a stored backup ended.
public enum VerificationResult {
  /// It has not.
  Running,
  /// The backup can be restored.
  Succeeded,
  /// It cannot, or that could not be found out: the message says which.
  Failed
}
