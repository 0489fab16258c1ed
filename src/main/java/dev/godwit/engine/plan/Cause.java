package dev.godwit.engine.plan;

/// A step that comes first and changes what is found now.
///
/// @param version of its migration
record Cause(String version, String step) {

  /// `002/lower-case`.
  @Override
  public String toString() {
    return version + "/" + step;
  }
}
