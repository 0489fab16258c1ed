package dev.godwit.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.godwit.testing.Monitoring;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The alert rules, their runbooks, and what the chart makes of both. `promtool` judges rules and
/// expressions; `GODWIT_LAB_PROMTOOL` and `GODWIT_LAB_HELM` say where the tools are.
class AlertsTest {

  private static final Path TESTS = Path.of("src/test/resources/alerts/rules_test.yaml");
  private static final Path CHART = Path.of("helm/godwit");
  private static final Path RUNBOOKS = Path.of("docs/runbooks");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @TempDir private Path folder;

  @Test
  void theRulesAreValid() {
    assertThat(promtool("check", "rules", Monitoring.RULES.toString())).contains("SUCCESS");
  }

  @Test
  void alertsFireWhereTheyShouldAndResolve() {
    assertThat(promtool("test", "rules", TESTS.toString())).contains("SUCCESS");
  }

  @Test
  void everyAlertIsTestedToFireAndToBeSilent() throws IOException {
    Set<String> fire = new HashSet<>();
    Set<String> silent = new HashSet<>();
    YAML.readTree(TESTS.toFile())
        .get("tests")
        .forEach(
            test ->
                test.get("alert_rule_test")
                    .forEach(
                        it ->
                            (it.get("exp_alerts").isEmpty() ? silent : fire)
                                .add(it.get("alertname").asText())));
    assertThat(fire).isEqualTo(alerts());
    assertThat(silent).isEqualTo(alerts());
  }

  @Test
  void everyAlertHasWhatAPersonNeeds() {
    for (JsonNode alert : Monitoring.alerts()) {
      String name = alert.get("alert").asText();
      assertThat(alert.at("/labels/severity").asText()).as(name).isIn("critical", "warning");
      assertThat(alert.at("/annotations/summary").asText()).as(name).isNotBlank();
      assertThat(alert.at("/annotations/description").asText()).as(name).isNotBlank();
      assertThat(alert.at("/annotations/runbook_url").asText())
          .isEqualTo("docs/runbooks/" + name + ".md");
    }
  }

  @Test
  void everyAlertHasItsRunbookAndEveryRunbookItsAlert() throws IOException {
    try (var files = Files.list(RUNBOOKS)) {
      assertThat(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(file -> !file.equals("README.md")))
          .containsExactlyInAnyOrderElementsOf(
              alerts().stream().map(alert -> alert + ".md").toList());
    }
    for (String alert : alerts()) {
      assertThat(Files.readString(RUNBOOKS.resolve(alert + ".md")))
          .as(alert)
          .startsWith("# " + alert + "\n")
          .containsSubsequence(
              "\n## Meaning\n", "\n## Impact\n", "\n## Diagnosis\n", "\n## Mitigation\n")
          .contains("kubectl");
    }
  }

  @Test
  void theDashboardsQueriesAreValid() throws IOException {
    List<Map<String, String>> rules = new ArrayList<>();
    for (JsonNode target : Monitoring.targets()) {
      rules.add(
          Map.of(
              "record",
              "panel:" + (char) ('a' + rules.size() / 26) + (char) ('a' + rules.size() % 26),
              "expr",
              target.get("expr").asText().replace("$__rate_interval", "5m")));
    }
    Path file = folder.resolve("panels.yaml");
    YAML.writeValue(
        file.toFile(), Map.of("groups", List.of(Map.of("name", "panels", "rules", rules))));
    assertThat(promtool("check", "rules", file.toString())).contains("SUCCESS", rules.size() + " ");
  }

  @Test
  void theDashboardHasAFixedNameAndAsksForItsDataSource() {
    JsonNode dashboard = Monitoring.dashboard();
    assertThat(dashboard.get("uid").asText()).isEqualTo("godwit-overview");
    assertThat(dashboard.at("/templating/list").findValuesAsText("name"))
        .startsWith("datasource")
        .contains("namespace");
    assertThat(dashboard.at("/templating/list/0/type").asText()).isEqualTo("datasource");
    Set<Integer> ids = new HashSet<>();
    for (JsonNode panel : dashboard.get("panels")) {
      assertThat(ids.add(panel.get("id").asInt())).as("panel ids differ").isTrue();
      if (!panel.get("type").asText().equals("row")) {
        assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
        panel
            .get("targets")
            .forEach(
                target ->
                    assertThat(target.at("/datasource/uid").asText()).isEqualTo("${datasource}"));
      }
    }
  }

  @Test
  void theChartSetsThresholdsAndAddresses() throws IOException {
    Map<String, JsonNode> rendered =
        rules(
            "noBackupFor=1d12h",
            "noProgressFor=90s",
            "stuckFor=2h",
            "runbookBaseUrl=https://docs.example.com/runbooks/",
            "labels.release=monitoring");
    assertThat(rendered.keySet()).isEqualTo(alerts());
    Map<String, String> thresholds =
        Map.of(
            "GodwitNoRecentBackup", "> 129600",
            "GodwitMigrationNoProgress", "> 90",
            "GodwitMigrationStuck", "> 7200");
    for (JsonNode alert : Monitoring.alerts()) {
      String name = alert.get("alert").asText();
      ObjectNode expected = alert.deepCopy();
      if (thresholds.containsKey(name)) {
        expected.put(
            "expr", alert.get("expr").asText().replaceAll("> [0-9]+", thresholds.get(name)));
        assertThat(expected).isNotEqualTo(alert);
      }
      if (name.equals("GodwitOperatorDown")) {
        expected.put("expr", "absent(godwit_leader{namespace=\"tools\"} == 1)");
      }
      ((ObjectNode) expected.get("annotations"))
          .put("runbook_url", "https://docs.example.com/runbooks/" + name + ".md");
      assertThat(rendered.get(name)).isEqualTo(expected);
    }
  }

  @Test
  void theChartsDefaultsAreTheFilesThresholds() throws IOException {
    Map<String, JsonNode> rendered = rules("labels.release=monitoring");
    for (JsonNode alert : Monitoring.alerts()) {
      switch (alert.get("alert").asText()) {
        // of this release; see below
        case "GodwitOperatorDown" -> {}
        case "GodwitNoRecentBackup" ->
            assertThat(rendered).doesNotContainKey("GodwitNoRecentBackup");
        case String name -> assertThat(rendered.get(name)).isEqualTo(alert);
      }
    }
  }

  /// Two releases in a cluster: that one leads must not hide that nobody leads in the other.
  @Test
  void anotherReleaseDoesNotHideThatNobodyLeads() throws IOException {
    rules("labels.release=monitoring");
    Path tests = folder.resolve("rendered_test.yaml");
    Files.writeString(
        tests,
        """
        rule_files: [rendered.yaml]
        evaluation_interval: 1m
        tests:
          - interval: 1m
            input_series:
              - {series: 'godwit_leader{namespace="other",pod="a"}', values: '1x20'}
              - {series: 'godwit_leader{namespace="tools",pod="b"}', values: '1x5 0x20'}
            promql_expr_test:
              - {expr: 'count(ALERTS{alertname="GodwitOperatorDown"})', eval_time: 5m, exp_samples: []}
              - expr: 'count(ALERTS{alertname="GodwitOperatorDown",alertstate="firing"})'
                eval_time: 15m
                exp_samples: [{labels: '{}', value: 1}]
        """);
    assertThat(promtool("test", "rules", tests.toString())).contains("SUCCESS");
  }

  @Test
  void theChartShipsTheDashboardAsItIs() throws IOException {
    JsonNode configMap = template("templates/dashboard.yaml", "metrics.dashboards.enabled=true");
    assertThat(configMap.at("/metadata/labels/grafana_dashboard").isTextual()).isTrue();
    assertThat(configMap.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
    assertThat(new ObjectMapper().readTree(configMap.at("/data/godwit.json").asText()))
        .isEqualTo(Monitoring.dashboard());
  }

  private static Set<String> alerts() {
    return Monitoring.alerts().stream()
        .map(alert -> alert.get("alert").asText())
        .collect(Collectors.toSet());
  }

  /// The alerts of the rendered PrometheusRule, which promtool finds valid.
  private Map<String, JsonNode> rules(String... values) throws IOException {
    List<String> set = new ArrayList<>(List.of("metrics.prometheusRule.enabled=true"));
    for (String value : values) {
      set.add("metrics.prometheusRule." + value);
    }
    JsonNode rule = template("templates/prometheusrule.yaml", set.toArray(String[]::new));
    assertThat(rule.get("kind").asText()).isEqualTo("PrometheusRule");
    if (values.length > 0) {
      assertThat(rule.at("/metadata/labels/release").asText()).isEqualTo("monitoring");
    }
    Path file = folder.resolve("rendered.yaml");
    YAML.writeValue(file.toFile(), rule.get("spec"));
    assertThat(promtool("check", "rules", file.toString())).contains("SUCCESS");
    Map<String, JsonNode> alerts = new HashMap<>();
    rule.at("/spec/groups")
        .forEach(
            group -> group.get("rules").forEach(it -> alerts.put(it.get("alert").asText(), it)));
    return alerts;
  }

  private static JsonNode template(String template, String... values) throws IOException {
    assumeTrue(Files.exists(CHART.resolve("Chart.yaml")), "needs the whole chart");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "template",
                "godwit",
                CHART.toString(),
                "--namespace",
                "tools",
                "--kube-version",
                "1.34.0",
                "-s",
                template));
    for (String value : values) {
      arguments.add("--set");
      arguments.add(value);
    }
    return YAML.readTree(run("GODWIT_LAB_HELM", arguments));
  }

  private static String promtool(String... arguments) {
    return run("GODWIT_LAB_PROMTOOL", List.of(arguments));
  }

  private static String run(String variable, List<String> arguments) {
    String tool = System.getenv(variable);
    assumeTrue(tool != null, variable + " is not set");
    List<String> command = new ArrayList<>(List.of(tool));
    command.addAll(arguments);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(command + " said: " + said).isZero();
      return said;
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
