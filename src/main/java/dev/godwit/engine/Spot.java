package dev.godwit.engine;

/// Where in a manifest something is.
///
/// @param path the field: `spec.steps[0].update.filter`
/// @param offset the place in the field's text, from 0; -1 when it is not known
/// @param word what is at fault, to be looked for in the text; null when that is not known
public record Spot(String path, int offset, String word) {

  /// The field as a whole.
  public static Spot of(String path) {
    return new Spot(path, -1, null);
  }
}
