package dev.godwit.operator.metrics;

import dev.godwit.api.v1alpha1.Progress;
import dev.godwit.core.LastProgress;
import dev.godwit.core.Transition;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// What was counted already of each resource, and when its run last got on. Resources that are gone
/// are forgotten when a new one comes.
final class Memory {

  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final Supplier<Set<String>> present;

  /// @param present the UIDs of the resources that there are
  Memory(Supplier<Set<String>> present) {
    this.present = present;
  }

  private static final class Entry {
    final Set<String> told = new HashSet<>();
    final Set<String> places = new HashSet<>();
    volatile LastProgress progress;
  }

  /// Whether `transition` is to be counted. It was counted before when the status could not be
  /// written and it is decided again; or when the status got lost, which leaves no time to know it
  /// by, and it leads where the attempt has been.
  boolean isFirst(String uid, Transition transition) {
    Entry entry = entry(uid);
    boolean been = !entry.places.add(transition.place());
    boolean told = !entry.told.add(transition.place() + "|" + transition.since());
    return transition.since().isEmpty() ? !been : !told;
  }

  /// Notes how far a run is.
  ///
  /// @param running whether a runner runs
  void look(String uid, Enum<?> phase, Progress progress, boolean running, Instant now) {
    Entry entry = entry(uid);
    entry.progress = LastProgress.next(entry.progress, phase, progress, running, now);
  }

  /// When the run of a phase last got on; empty when no runner has run in it.
  Optional<Instant> lastProgress(String uid, Enum<?> phase) {
    return Optional.ofNullable(entries.get(uid))
        .map(entry -> entry.progress)
        .filter(progress -> progress.phase() == phase && progress.ran())
        .map(LastProgress::at);
  }

  int size() {
    return entries.size();
  }

  private Entry entry(String uid) {
    Entry known = entries.get(uid);
    if (known == null) {
      entries.keySet().retainAll(present.get());
      known = entries.computeIfAbsent(uid, same -> new Entry());
    }
    return known;
  }
}
