package dev.godwit.api.v1alpha1;

/// Whether a version may be applied after a later one.
public enum OutOfOrder {
  /// It is refused.
  Refuse,
  /// It is applied: what the later ones did is there already when it runs.
  Allow
}
