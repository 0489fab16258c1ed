package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/// A workload that is scaled to zero because of a migration.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ScaledWorkload(
    @JsonPropertyDescription("Deployment or StatefulSet.") WorkloadKind kind,
    @JsonPropertyDescription("Its name.") String name,
    @JsonPropertyDescription("How many replicas it had before.") Integer replicas) {

  /// Which workload.
  public QuiescedWorkload workload() {
    return new QuiescedWorkload(kind, name);
  }
}
