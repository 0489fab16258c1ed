package dev.godwit.api.v1alpha1;

/// Which writes a validator looks at; MongoDB's `validationLevel`.
public enum ValidationLevel {
  /// All inserts and updates.
  Strict,
  /// Inserts, and updates of documents that keep the rule.
  Moderate,
  /// None.
  Off
}
