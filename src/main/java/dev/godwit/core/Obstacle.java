package dev.godwit.core;

/// What keeps a pod from starting.
///
/// @param reason a CamelCase word, e.g. `SecretMissing`
/// @param message what is missing, by name, and what to do
public record Obstacle(String reason, String message) {

  /// The manifest's ConfigMap is gone; Godwit gives it back by itself.
  public static final String MANIFEST_MISSING = "ManifestMissing";
}
