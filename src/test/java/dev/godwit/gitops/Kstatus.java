package dev.godwit.gitops;

import com.fasterxml.jackson.databind.JsonNode;

/// What Flux, Helm and Argo CD's library kstatus make of an object of a kind that they do not know.
/// Follows the generic part of sigs.k8s.io/cli-utils, `pkg/kstatus/status`.
public enum Kstatus {
  Terminating,
  InProgress,
  Failed,
  Current;

  /// In this order: deletion; observedGeneration; the first True of Reconciling and Stalled; Ready;
  /// nothing at all means Current.
  public static Kstatus of(JsonNode object) {
    if (object.at("/metadata/deletionTimestamp").isTextual()) {
      return Terminating;
    }
    JsonNode observed = object.at("/status/observedGeneration");
    if (observed.isNumber()
        && observed.longValue() != object.at("/metadata/generation").longValue()) {
      return InProgress;
    }
    JsonNode conditions = object.at("/status/conditions");
    for (JsonNode condition : conditions) {
      if (condition.path("status").asText().equals("True")) {
        switch (condition.path("type").asText()) {
          case "Reconciling" -> {
            return InProgress;
          }
          case "Stalled" -> {
            return Failed;
          }
          default -> {}
        }
      }
    }
    for (JsonNode condition : conditions) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True") ? Current : InProgress;
      }
    }
    return Current;
  }
}
