package dev.godwit.api.v1alpha1;

/// What can be scaled to zero. Named as Kubernetes names them, in group `apps`, version `v1`.
public enum WorkloadKind {
  /// Pods that are alike.
  Deployment,
  /// Pods with names of their own.
  StatefulSet
}
