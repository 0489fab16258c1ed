package dev.godwit.engine.plan;

import dev.godwit.engine.RunException;
import dev.godwit.engine.Spot;
import java.util.List;

/// Something that a person should know before a migration runs.
///
/// @param reason a CamelCase word, by which it can be ignored
/// @param spot where in the manifest; null when it is nowhere in it
/// @param message what was found, and what to do
/// @param samples a few of the documents or values at fault, in mongosh's syntax; may be empty
public record Finding(
    Severity severity, String reason, Spot spot, String message, List<String> samples) {

  static Finding error(String reason, String path, String message) {
    return new Finding(Severity.Error, reason, Spot.of(path), message, List.of());
  }

  static Finding warning(String reason, String path, String message) {
    return new Finding(Severity.Warning, reason, Spot.of(path), message, List.of());
  }

  static Finding info(String reason, String path, String message) {
    return new Finding(Severity.Info, reason, Spot.of(path), message, List.of());
  }

  /// A refusal.
  public static Finding of(RunException refused) {
    return new Finding(
        Severity.Error,
        refused.failure().reason(),
        refused.spot(),
        refused.messageWithoutPath(),
        List.of());
  }

  Finding withSamples(List<String> found) {
    return new Finding(severity, reason, spot, message, List.copyOf(found));
  }

  /// The field's path; null when there is none.
  public String path() {
    return spot == null ? null : spot.path();
  }
}
