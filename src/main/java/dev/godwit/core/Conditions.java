package dev.godwit.core;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Conditions as Kubernetes and kstatus have them. `Reconciling` and `Stalled` are there only while
/// they are True, and never both.
final class Conditions {

  static final String READY = "Ready";
  static final String RECONCILING = "Reconciling";
  static final String STALLED = "Stalled";
  static final String BACKED_UP = "BackedUp";
  static final String APPLIED = "Applied";
  static final String CONSISTENT = "Consistent";
  static final String VERIFIED = "Verified";
  static final String ROLLED_BACK = "RolledBack";
  static final String RESTORED = "Restored";
  static final String REPLACED_DROPPED = "ReplacedDropped";

  static final String TRUE = "True";
  static final String FALSE = "False";
  static final String UNKNOWN = "Unknown";

  /// Longest message that the API conventions allow.
  private static final int MAX_MESSAGE = 32_768;

  private final List<Condition> before;
  private final long generation;
  private final String now;
  private final List<Condition> all = new ArrayList<>();

  /// @param before the conditions written last; may be null
  Conditions(List<Condition> before, long generation, Instant now) {
    this.before = before == null ? List.of() : before;
    this.generation = generation;
    this.now = time(now);
  }

  /// Adds a condition. Its transition time is kept while its status is.
  void add(String type, String status, String reason, String message) {
    Condition condition = new Condition();
    condition.setType(type);
    condition.setStatus(status);
    condition.setReason(reason);
    String text = message == null ? "" : message;
    condition.setMessage(text.length() > MAX_MESSAGE ? text.substring(0, MAX_MESSAGE) : text);
    condition.setObservedGeneration(generation);
    condition.setLastTransitionTime(
        find(before, type)
            .filter(old -> status.equals(old.getStatus()) && old.getLastTransitionTime() != null)
            .map(Condition::getLastTransitionTime)
            .orElse(now));
    all.add(condition);
  }

  /// Keeps a condition as it was, if it was there.
  void keep(String type) {
    find(before, type)
        .ifPresent(old -> add(type, old.getStatus(), old.getReason(), old.getMessage()));
  }

  List<Condition> all() {
    return List.copyOf(all);
  }

  /// The reason of a condition.
  static Optional<String> reason(List<Condition> conditions, String type) {
    return find(conditions, type).map(Condition::getReason);
  }

  /// Whether a condition is there and True.
  static boolean isTrue(List<Condition> conditions, String type) {
    return find(conditions, type).filter(it -> TRUE.equals(it.getStatus())).isPresent();
  }

  /// RFC 3339 with seconds, as Kubernetes writes times.
  static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static Optional<Condition> find(List<Condition> conditions, String type) {
    return conditions == null
        ? Optional.empty()
        : conditions.stream().filter(condition -> type.equals(condition.getType())).findFirst();
  }
}
