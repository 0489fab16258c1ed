package dev.godwit.api.v1alpha1;

/// What happens to a write that breaks the rule; MongoDB's `validationAction`.
public enum ValidationAction {
  /// It is refused.
  Error,
  /// It passes and is logged.
  Warn
}
