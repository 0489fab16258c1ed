package dev.godwit.engine.changelog;

import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.api.v1alpha1.NaturalOrder;
import dev.godwit.engine.RunException;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.Origin;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.history.VersionState.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What recording versions as applied would write to a history. Pure. A version is recorded once;
/// recording it again writes nothing.
///
/// @param entries in the order of the versions
public record BaselinePlan(List<Entry> entries) {

  private static final Pattern VERSION = Pattern.compile(MongoMigrationSpec.VERSION_PATTERN);
  private static final int LONGEST_VERSION = 64;
  private static final int SHOWN = 5;

  /// @param recorded whether the history has it already
  public record Entry(Baseline baseline, boolean recorded) {}

  /// @throws RunException with verdict `Refused` when one of the versions may not be recorded; then
  ///     none may
  public static BaselinePlan of(List<Baseline> baselines, HistoryState history) {
    List<String> obstacles = new ArrayList<>();
    Map<String, Baseline> seen = new TreeMap<>(NaturalOrder.BY_VALUE);
    List<Entry> entries = new ArrayList<>();
    for (Baseline baseline : baselines) {
      Baseline twin = seen.putIfAbsent(baseline.version(), baseline);
      if (twin != null) {
        obstacles.add(
            "version %s is there twice: '%s' and '%s'"
                .formatted(baseline.version(), twin.origin().id(), baseline.origin().id()));
      }
      entries.add(new Entry(baseline, history.of(baseline.version()).isPresent()));
      obstacle(baseline, history).ifPresent(obstacles::add);
    }
    if (!obstacles.isEmpty()) {
      throw RunException.refused("BaselineRefused", null, told(obstacles));
    }
    entries.sort((one, other) -> compare(one.baseline(), other.baseline()));
    return new BaselinePlan(List.copyOf(entries));
  }

  /// What is not in the history yet.
  public List<Baseline> missing() {
    return entries.stream().filter(entry -> !entry.recorded()).map(Entry::baseline).toList();
  }

  private static int compare(Baseline one, Baseline other) {
    return NaturalOrder.compare(one.version(), other.version());
  }

  private static String told(List<String> obstacles) {
    String more =
        obstacles.size() > SHOWN ? " (and %d more)".formatted(obstacles.size() - SHOWN) : "";
    return "nothing was recorded: "
        + String.join("; ", obstacles.subList(0, Math.min(SHOWN, obstacles.size())))
        + more;
  }

  private static Optional<String> obstacle(Baseline baseline, HistoryState history) {
    String version = baseline.version();
    if (!VERSION.matcher(version).matches() || version.length() > LONGEST_VERSION) {
      return Optional.of(
          "'%s' is no version (letters, digits, '.', '_' and '-', at most %d)"
              .formatted(version, LONGEST_VERSION));
    }
    return history
        .of(version)
        .map(state -> against(state, baseline))
        .orElseGet(() -> otherSpelling(version, history));
  }

  private static Optional<String> otherSpelling(String version, HistoryState history) {
    return history
        .otherSpelling(version)
        .map(
            known ->
                "version %s is in the history as %s; write it the same way"
                    .formatted(version, known));
  }

  private static Optional<String> against(VersionState state, Baseline baseline) {
    if (state.state() != State.Baselined) {
      return Optional.of(
          "version %s was run by Godwit (%s), its history stays as it is; leave it out"
              .formatted(state.version(), state.state()));
    }
    if (!baseline.checksum().isEmpty() && !state.isOf(baseline.checksum())) {
      return Optional.of(
          "version %s is recorded as applied with other steps; put the steps back as they were"
              .formatted(state.version()));
    }
    Origin known = state.origin();
    boolean byPerson =
        known.source().equals(Origin.GODWIT) || baseline.origin().source().equals(Origin.GODWIT);
    return byPerson || known.isSame(baseline.origin())
        ? Optional.empty()
        : Optional.of(
            "version %s is recorded for %s's '%s', not for %s's '%s'"
                .formatted(
                    state.version(),
                    known.source(),
                    known.id(),
                    baseline.origin().source(),
                    baseline.origin().id()));
  }
}
