package dev.godwit.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.core.JobRole;
import dev.godwit.testing.Exposition;
import dev.godwit.testing.Monitoring;
import dev.godwit.testing.PromQl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Alerts, dashboard and `docs/metrics.md` speak of metrics and labels that there are. What is not
/// Godwit's own is looked for by `MetricsE2E`.
class MonitoringTest {

  private static final Pattern ROW =
      Pattern.compile("^\\| `(godwit_[a-z_]+)` \\| (\\w+) \\| ([^|]*) \\|");
  private static final Pattern IN_TEMPLATE = Pattern.compile("\\$labels\\.([a-z_]+)");
  private static final Pattern IN_LEGEND = Pattern.compile("\\{\\{\\s*([a-z_]+)\\s*}}");
  private static final Set<String> OF_THE_SCRAPE = Set.of("pod", "instance", "job");

  private static Exposition served;

  @BeforeAll
  static void runAndBackUp() throws Exception {
    Scene scene = new Scene();
    MongoMigration migration =
        scene.migration("m", "Applying", ", progress: {percent: 64, rate: 250, step: index}");
    scene.reconcile(Scene.running(migration, JobRole.Apply));
    scene.reconcile(
        Scene.ended(
            scene.migration("failing", "Applying", ""), JobRole.Apply, Verdict.VerificationFailed));
    scene.tellEnd(scene.backup("b", "\"2026-01-01T09:59:00Z\"", "Succeeded", "1Mi", true));
    scene.backup("bad", "\"2026-01-01T09:59:00Z\"", "Failed", "null", false);
    scene.backup(
        "runs", "null", "Running", "null, progress: {percent: 10, bytesRate: 5000000}", false);
    scene.restore("back", "Restoring", "progress: {percent: 40, bytesRate: 5000000}");
    scene.schedule("nightly", "result: Succeeded, time: \"2026-01-01T09:00:00Z\"");
    new ReconcileTimes(scene.registry).timeControllerExecution(new Execution(() -> "done"));
    served = scene.scrape();
  }

  @Test
  void everyExpressionAsksForWhatThereIs() {
    assertThat(Monitoring.expressions()).hasSizeGreaterThan(30);
    for (String expression : Monitoring.expressions()) {
      Map<String, Set<String>> asked = PromQl.parse(expression).asked();
      assertThat(asked).as("reads something: " + expression).isNotEmpty();
      asked.forEach(
          (metric, labels) -> {
            if (metric.startsWith("godwit_")) {
              assertThat(served.names()).as(expression).contains(metric);
              assertThat(served.labels(metric))
                  .as("labels of %s in %s", metric, expression)
                  .containsAll(without(OF_THE_SCRAPE, labels));
            }
          });
    }
  }

  @Test
  void everyAlertTellsLabelsThatItHas() {
    for (var alert : Monitoring.alerts()) {
      Set<String> labels = labels(alert.get("expr").asText());
      alert
          .get("annotations")
          .forEach(
              text ->
                  assertThat(labels)
                      .as(alert.get("alert").asText())
                      .containsAll(found(IN_TEMPLATE, text.asText())));
    }
  }

  @Test
  void everyLegendTellsLabelsThatItHas() {
    for (var target : Monitoring.targets()) {
      String expression = target.get("expr").asText();
      Set<String> told = found(IN_LEGEND, target.get("legendFormat").asText());
      if (expression.contains("godwit_")) {
        assertThat(labels(expression)).as(expression).containsAll(without(OF_THE_SCRAPE, told));
      }
    }
  }

  @Test
  void theDocumentationListsWhatIsServed() throws IOException {
    Map<String, String> types = new TreeMap<>();
    Map<String, Set<String>> labels = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("docs/metrics.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.find()) {
        types.put(row.group(1), row.group(2));
        labels.put(row.group(1), found(Pattern.compile("`([a-z_]+)`"), row.group(3)));
      }
    }
    Map<String, String> servedTypes = new TreeMap<>();
    Map<String, Set<String>> servedLabels = new TreeMap<>();
    served.names().stream()
        .map(name -> name.replaceFirst("_seconds_(count|sum|max)$", "_seconds"))
        .distinct()
        .forEach(
            name -> {
              String type = served.types().get(name);
              servedTypes.put(name, "summary".equals(type) ? "timer" : type);
              servedLabels.put(
                  name, served.labels("summary".equals(type) ? name + "_count" : name));
            });
    assertThat(types).isEqualTo(servedTypes);
    assertThat(labels).isEqualTo(servedLabels);
  }

  /// The labels of the first metric that an expression reads: those of its result, or more.
  private static Set<String> labels(String expression) {
    return PromQl.parse(expression).metrics().stream()
        .findFirst()
        .map(served::labels)
        .orElseThrow();
  }

  private static Set<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(it -> it.group(1)).collect(Collectors.toSet());
  }

  private static Set<String> without(Set<String> some, Set<String> labels) {
    Set<String> rest = new TreeSet<>(labels);
    rest.removeAll(some);
    return rest;
  }
}
