package dev.godwit.engine.history;

/// An attempt at a version.
///
/// @param number from 1
/// @param retry `spec.retry` of the present run
public record Attempt(String version, int number, String checksum, int retry) {

  private static final int SHOWN = 32;

  /// Tells this attempt from all others in names of collections: letters, digits and `-` only,
  /// because some servers do not rename collections with a dot; at most 55 characters.
  public String tag() {
    String shown = version.substring(0, Math.min(version.length(), SHOWN));
    return "%s-%08x-%d"
        .formatted(shown.replaceAll("[^A-Za-z0-9]", "-"), version.hashCode(), number);
  }
}
