package dev.godwit.engine.history;

import dev.godwit.api.v1alpha1.NaturalOrder;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The history of a database, folded to one state a version. Pure.
public record HistoryState(Map<String, VersionState> versions) {

  /// Folds events in their order.
  public static HistoryState fold(List<HistoryEvent> events) {
    Map<String, VersionState> versions = new TreeMap<>();
    for (HistoryEvent event : events) {
      versions.put(event.version(), VersionState.next(versions.get(event.version()), event));
    }
    return new HistoryState(Collections.unmodifiableMap(versions));
  }

  /// After one more event.
  HistoryState with(HistoryEvent event) {
    Map<String, VersionState> next = new TreeMap<>(versions);
    next.put(event.version(), VersionState.next(versions.get(event.version()), event));
    return new HistoryState(Collections.unmodifiableMap(next));
  }

  /// What is known of a version.
  public Optional<VersionState> of(String version) {
    return Optional.ofNullable(versions.get(version));
  }

  /// How the history spells a version that people read as this one, when it does so otherwise: 004
  /// for 4. Whoever takes the two for different versions applies one migration twice.
  public Optional<String> otherSpelling(String version) {
    return versions.keySet().stream()
        .filter(known -> !known.equals(version) && NaturalOrder.sameVersion(known, version))
        .findFirst();
  }
}
