package dev.godwit.cli;

import dev.godwit.engine.changelog.BaselinePlan;
import dev.godwit.engine.foreign.ForeignHistory.LeftOut;
import dev.godwit.engine.history.Origin;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What is recorded as applied in a database, as it is told.
///
/// @param leftOut what another tool's history has besides; empty for none
record BaselineReport(String database, List<Version> versions, List<LeftOut> leftOut) {

  private static final int SHOWN = 5;

  /// What became of a version.
  enum State {
    /// It would be recorded.
    ToRecord("to record"),
    /// It is recorded now.
    Recorded("recorded"),
    /// It was recorded before.
    RecordedBefore("recorded before");

    private final String words;

    State(String words) {
      this.words = words;
    }
  }

  /// @param source the tool that ran it; `godwit` for a manifest
  /// @param id what it is called there
  /// @param by who made or ran it there; null when nobody knows
  /// @param at when it ran there, ISO 8601; null when nobody knows
  record Version(String version, State state, String source, String id, String by, String at) {}

  /// @param done whether what was missing is recorded now
  static BaselineReport of(
      String database, BaselinePlan plan, List<LeftOut> leftOut, boolean done) {
    return new BaselineReport(
        database,
        plan.entries().stream()
            .map(
                entry -> {
                  Origin origin = entry.baseline().origin();
                  return new Version(
                      entry.baseline().version(),
                      entry.recorded()
                          ? State.RecordedBefore
                          : done ? State.Recorded : State.ToRecord,
                      origin.source(),
                      origin.id(),
                      origin.by(),
                      origin.at() == null ? null : origin.at().toString());
                })
            .toList(),
        leftOut);
  }

  /// How many there are in a state.
  long count(State state) {
    return versions.stream().filter(version -> version.state() == state).count();
  }

  /// A table, and lines about what was left out.
  static String text(List<BaselineReport> reports, OutputFormat output) {
    Table table = output.table("DATABASE", "VERSION", "STATE", "FROM", "BY", "AT");
    for (BaselineReport report : reports) {
      for (Version version : report.versions) {
        table.row(
            report.database,
            version.version(),
            version.state().words,
            version.source().equals(Origin.GODWIT)
                ? "manifest"
                : version.source() + " " + version.id(),
            version.by(),
            version.at());
      }
    }
    return table + reports.stream().map(BaselineReport::leftOutText).collect(Collectors.joining());
  }

  private String leftOutText() {
    TreeMap<String, List<String>> byReason =
        leftOut.stream()
            .collect(
                Collectors.groupingBy(
                    LeftOut::reason,
                    TreeMap::new,
                    Collectors.mapping(LeftOut::id, Collectors.toList())));
    return byReason.entrySet().stream()
        .map(
            entry ->
                "%nleft out, %s: %d (%s)"
                    .formatted(entry.getKey(), entry.getValue().size(), sample(entry.getValue())))
        .collect(Collectors.joining());
  }

  private static String sample(List<String> ids) {
    String shown = String.join(", ", ids.subList(0, Math.min(SHOWN, ids.size())));
    return ids.size() > SHOWN ? shown + ", …" : shown;
  }
}
