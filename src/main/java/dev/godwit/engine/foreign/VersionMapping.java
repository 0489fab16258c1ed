package dev.godwit.engine.foreign;

import dev.godwit.api.v1alpha1.NaturalOrder;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Baseline;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.Origin;
import dev.godwit.engine.history.VersionState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// From another tool's changes to versions of Godwit. Pure.
///
/// Versions of the tool's own are kept: their natural order must be the tool's. Changes without one
/// are numbered in the order of the tool's history, `0.mongock.1`, `0.mongock.2`, …: such versions
/// come before all that people write (`001`, `1.0`, `2024…`), so that the next migration is never
/// too late. A change that was taken over before keeps its version, whatever happened to the tool's
/// history since; new ones get the next numbers.
public final class VersionMapping {

  private final ForeignTool tool;
  private final boolean numbered;

  /// @param numbered whether to number changes though they have versions
  public VersionMapping(ForeignTool tool, boolean numbered) {
    this.tool = tool;
    this.numbered = numbered || !tool.hasVersions();
  }

  /// The versions to record, in the tool's order.
  ///
  /// @param history Godwit's
  /// @throws RunException with verdict `Refused` when the tool's versions cannot be kept
  public List<Baseline> baselines(ForeignHistory foreign, HistoryState history) {
    return numbered ? number(foreign, history) : keep(foreign);
  }

  private List<Baseline> keep(ForeignHistory foreign) {
    List<Baseline> baselines = new ArrayList<>();
    ForeignChange previous = null;
    for (ForeignChange change : foreign.applied()) {
      if (change.version() == null) {
        throw refused("'%s' begins with no number".formatted(change.id()));
      }
      if (previous != null && NaturalOrder.sameVersion(previous.version(), change.version())) {
        throw refused(
            "'%s' and '%s' would both be version %s"
                .formatted(previous.id(), change.id(), change.version()));
      }
      if (previous != null && NaturalOrder.compare(previous.version(), change.version()) > 0) {
        throw refused(
            "%s runs '%s' before '%s', as versions they would be the other way round"
                .formatted(tool.name(), previous.id(), change.id()));
      }
      baselines.add(baseline(change, change.version()));
      previous = change;
    }
    return baselines;
  }

  private RunException refused(String what) {
    return RunException.refused(
        "VersionUnusable",
        null,
        what
            + "; nothing was recorded. --numbered gives them numbers in this order instead (%s1, %s2, …)"
                .formatted(prefix(), prefix()));
  }

  private List<Baseline> number(ForeignHistory foreign, HistoryState history) {
    Map<String, String> known = new HashMap<>();
    long last = 0;
    for (VersionState state : history.versions().values()) {
      Origin origin = state.origin();
      if (origin != null && origin.source().equals(tool.name())) {
        known.put(origin.id(), state.version());
        last = Math.max(last, number(state.version()));
      }
    }
    List<Baseline> baselines = new ArrayList<>();
    for (ForeignChange change : foreign.applied()) {
      String version = known.get(change.id());
      baselines.add(baseline(change, Objects.requireNonNullElse(version, prefix() + (last + 1))));
      last += version == null ? 1 : 0;
    }
    return baselines;
  }

  private String prefix() {
    return "0." + tool.name() + ".";
  }

  private long number(String version) {
    String digits = version.startsWith(prefix()) ? version.substring(prefix().length()) : "";
    return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : 0;
  }

  private Baseline baseline(ForeignChange change, String version) {
    return new Baseline(
        version, "", new Origin(tool.name(), change.id(), change.by(), change.at()));
  }
}
