package dev.godwit.gitops;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The rules of Kubernetes and kstatus for conditions, as GitOps tools rely on them.
public final class Conditions {

  private static final Set<String> STATUSES = Set.of("True", "False", "Unknown");
  private static final Set<String> ONLY_WHILE_TRUE = Set.of("Reconciling", "Stalled");

  private Conditions() {}

  /// What is wrong with the conditions of an object; empty when nothing is.
  public static List<String> problems(JsonNode object) {
    List<String> problems = new ArrayList<>();
    Map<String, String> statuses = new HashMap<>();
    for (JsonNode condition : object.at("/status/conditions")) {
      String type = condition.path("type").asText();
      String status = condition.path("status").asText();
      if (statuses.put(type, status) != null) {
        problems.add(type + " is there twice");
      }
      if (!STATUSES.contains(status)) {
        problems.add(type + " is " + status);
      }
      if (ONLY_WHILE_TRUE.contains(type) && !status.equals("True")) {
        problems.add(type + " is there although it is not True");
      }
      if (!condition.path("observedGeneration").equals(object.at("/status/observedGeneration"))) {
        problems.add(type + " has another observedGeneration than the status");
      }
      if (!condition.path("reason").asText().matches("[A-Z][A-Za-z0-9]*")) {
        problems.add(type + " has the reason " + condition.path("reason"));
      }
      if (!isTime(condition.path("lastTransitionTime").asText())) {
        problems.add(type + " has no lastTransitionTime");
      }
      if (condition.path("message").asText().isEmpty()) {
        problems.add(type + " has no message");
      }
    }
    if (!statuses.isEmpty() && !statuses.containsKey("Ready")) {
      problems.add("Ready is missing");
    }
    if (statuses.keySet().containsAll(ONLY_WHILE_TRUE)) {
      problems.add("Reconciling and Stalled are both there");
    }
    return problems;
  }

  private static boolean isTime(String text) {
    try {
      Instant.parse(text);
      return true;
    } catch (DateTimeParseException wrong) {
      return false;
    }
  }
}
