package dev.godwit.core;

import dev.godwit.api.v1alpha1.QuiescedWorkload;
import java.util.List;

/// A Deployment or StatefulSet as it is seen.
///
/// @param id which
/// @param state whether it can be seen at all
/// @param version its resourceVersion; null unless seen
/// @param replicas how many pods are wanted
/// @param settled whether its controller has heard that, and counts as many
/// @param pods names of its pods that have not ended; only looked for when none is wanted
/// @param mark what says which migration scaled it to zero; null when none did
public record Workload(
    QuiescedWorkload id,
    State state,
    String version,
    int replicas,
    boolean settled,
    List<String> pods,
    Mark mark) {

  /// Whether a workload can be seen.
  public enum State {
    Seen,
    Missing,
    /// The operator has no right to look at it.
    Forbidden
  }

  /// Written on a workload in the same request that scales it to zero.
  ///
  /// @param uid of the migration
  /// @param migration its name
  /// @param replicas how many the workload had before
  public record Mark(String uid, String migration, int replicas) {}

  public Workload {
    pods = List.copyOf(pods);
  }

  /// One that cannot be seen.
  public static Workload unseen(QuiescedWorkload id, State state) {
    return new Workload(id, state, null, 0, false, List.of(), null);
  }

  boolean isSeen() {
    return state == State.Seen;
  }

  boolean isUp() {
    return isSeen() && replicas > 0;
  }

  /// Whether nothing of it runs.
  boolean isQuiet() {
    return !isSeen() || replicas == 0 && settled && pods.isEmpty();
  }

  boolean isMarkedBy(String uid) {
    return mark != null && mark.uid().equals(uid);
  }

  boolean isMarkedByAnother(String uid) {
    return mark != null && !mark.uid().equals(uid);
  }
}
