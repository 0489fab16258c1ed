package dev.godwit.api.v1alpha1;

/// What a pipeline is to yield.
public enum Expectation {
  /// No document.
  Empty,
  /// At least one document.
  NotEmpty
}
