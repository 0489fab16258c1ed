package dev.godwit.api.v1alpha1;

/// Which writes a validator looks at; MongoDB's `validationLevel`.
public enum ValidationLevel {
  /// All inserts and updates.
  Strict("strict"),
  /// Inserts, and updates of documents that keep the rule.
  Moderate("moderate"),
  /// No write: MongoDB's `off`, a word that YAML reads as false.
  None("off");

  private final String word;

  ValidationLevel(String word) {
    this.word = word;
  }

  /// MongoDB's word.
  public String word() {
    return word;
  }
}
