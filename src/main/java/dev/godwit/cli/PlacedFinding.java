package dev.godwit.cli;

import dev.godwit.cli.ManifestPlaces.Place;
import dev.godwit.engine.plan.Finding;
import dev.godwit.engine.plan.Severity;
import java.util.Comparator;
import java.util.List;

/// A finding with its place: what `lint` and `plan` print, in JSON with these names.
///
/// @param file null when it is in none
/// @param line from 1; null when it is not known
/// @param column from 1; null when it is not known
/// @param path the field: `spec.steps[0].update.filter`; null when none is at fault
/// @param samples a few of the documents or values at fault, in mongosh's syntax; may be empty
record PlacedFinding(
    Severity severity,
    String reason,
    String file,
    Integer line,
    Integer column,
    String path,
    String message,
    List<String> samples) {

  /// As one reads the files.
  static final Comparator<PlacedFinding> ORDER =
      Comparator.comparing(PlacedFinding::file, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(PlacedFinding::line, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(PlacedFinding::column, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(PlacedFinding::severity);

  static PlacedFinding of(Finding finding, String file, Place place) {
    return new PlacedFinding(
        finding.severity(),
        finding.reason(),
        file,
        place == null ? null : place.line(),
        place == null ? null : place.column(),
        finding.path(),
        finding.message(),
        finding.samples());
  }

  /// The place, as editors take it: `migrations/002.yaml:14:9`.
  String where() {
    return file == null ? "" : line == null ? file : "%s:%d:%d".formatted(file, line, column);
  }

  /// What was found, with path and samples.
  String words() {
    return (path == null ? "" : path + ": ")
        + message
        + (samples.isEmpty() ? "" : "; for example " + String.join(", ", samples));
  }

  /// The severity for people.
  String severityWord() {
    return severity.name().toLowerCase(java.util.Locale.ROOT);
  }

  /// Of picocli.
  String style() {
    return switch (severity) {
      case Error -> "red";
      case Warning -> "yellow";
      case Info -> "cyan";
    };
  }

  /// Findings for people, with an empty line behind; nothing when there are none.
  static String table(OutputFormat output, List<PlacedFinding> findings) {
    if (findings.isEmpty()) {
      return "";
    }
    Table table = output.table("WHERE", "SEVERITY", "REASON", "WHAT");
    for (PlacedFinding finding : findings) {
      table.row(
          finding.where(),
          table.styled(finding.style(), finding.severityWord()),
          finding.reason(),
          finding.words());
    }
    return table + System.lineSeparator() + System.lineSeparator();
  }
}
