package dev.godwit.core;

import dev.godwit.api.v1alpha1.QuiescedWorkload;

/// A change of a workload, in one request.
///
/// @param workload which
/// @param version the resourceVersion that it must still have, so that no count is remembered that
///     is not true any more
/// @param replicas how many pods are wanted; null to leave that alone
/// @param remember how many it had before, to be marked on it; null to take the mark away
public record Scaling(
    QuiescedWorkload workload, String version, Integer replicas, Integer remember) {

  static Scaling down(Workload workload) {
    return new Scaling(workload.id(), workload.version(), 0, workload.replicas());
  }

  /// Whether it takes the pods away.
  public boolean isDown() {
    return remember != null;
  }
}
