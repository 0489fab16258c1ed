package dev.godwit.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The chart's alert rules and dashboard, as files.
public final class Monitoring {

  public static final Path RULES = Path.of("helm/godwit/files/alerts/rules.yaml");
  public static final Path DASHBOARD = Path.of("helm/godwit/files/dashboards/godwit.json");

  private Monitoring() {}

  /// The alerts.
  public static List<JsonNode> alerts() {
    List<JsonNode> alerts = new ArrayList<>();
    read(new ObjectMapper(new YAMLFactory()), RULES)
        .get("groups")
        .forEach(group -> group.get("rules").forEach(alerts::add));
    return alerts;
  }

  /// The dashboard.
  public static JsonNode dashboard() {
    return read(new ObjectMapper(), DASHBOARD);
  }

  /// The queries of the dashboard's panels.
  public static List<JsonNode> targets() {
    List<JsonNode> targets = new ArrayList<>();
    dashboard().get("panels").forEach(panel -> panel.path("targets").forEach(targets::add));
    return targets;
  }

  /// The PromQL of alerts and dashboard.
  public static List<String> expressions() {
    List<String> expressions = new ArrayList<>();
    alerts().forEach(alert -> expressions.add(alert.get("expr").asText()));
    targets().forEach(target -> expressions.add(target.get("expr").asText()));
    return expressions;
  }

  private static JsonNode read(ObjectMapper mapper, Path file) {
    try {
      return mapper.readTree(file.toFile());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
