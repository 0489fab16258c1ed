package dev.godwit.cli;

import dev.godwit.api.v1alpha1.NaturalOrder;
import dev.godwit.engine.RunException;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.history.VersionState.State;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a version is built on: the lower ones, which are to be in place whole or not at all. Pure.
final class Built {

  private static final Set<State> WHOLE = EnumSet.of(State.Verified, State.Baselined);

  private Built() {}

  /// Whether the database holds changes of a version, all or some.
  static boolean isInPlace(VersionState state) {
    return state.state().hasChanges() && state.touched();
  }

  /// Nothing is run on top of a version that is there by half, unless that one is run before.
  ///
  /// @param due versions that will run, by database, in their order
  /// @throws RunException with verdict `Refused`
  static void requireWhole(Map<String, List<String>> due, Map<String, HistoryState> histories) {
    due.forEach(
        (database, versions) ->
            half(versions, histories.get(database))
                .ifPresent(
                    half -> {
                      throw RunException.refused(
                          "BuiltOnHalf",
                          "spec.version",
                          "in '%s' version %s is there by half, and %s would be built on it; run godwit up for %s first, or take it back with godwit down --only %s"
                              .formatted(database, half, versions.getFirst(), half, half));
                    }));
  }

  private static Optional<String> half(List<String> due, HistoryState history) {
    return history.versions().values().stream()
        .filter(state -> isInPlace(state) && !WHOLE.contains(state.state()))
        .map(VersionState::version)
        .filter(half -> !due.contains(half))
        .filter(half -> due.stream().anyMatch(it -> NaturalOrder.BY_VALUE.compare(half, it) < 0))
        .findFirst();
  }
}
