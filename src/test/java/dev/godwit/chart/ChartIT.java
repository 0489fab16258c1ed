package dev.godwit.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.testing.Chart;
import dev.godwit.testing.Cluster;
import dev.godwit.testing.Install;
import dev.godwit.testing.Tool;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the chart renders, in the eyes of an API server: fields that it does not know are errors,
/// and so are pods that the restricted Pod Security Standard does not take.
class ChartIT {

  /// The CRDs of others that the chart can use.
  private static final Path OTHERS = Path.of("src/test/resources/prometheus-operator");

  private static final String STANDARD = "pod-security.kubernetes.io/";

  /// All that values in `ci/` name.
  private static final List<String> NAMESPACES =
      List.of(Chart.NAMESPACE, "godwit-elsewhere", "shop", "billing", "2026");

  @TempDir private static Path folder;
  private static String kubeconfig;

  @BeforeAll
  static void prepare() throws IOException {
    Install.once();
    kubeconfig = Files.writeString(folder.resolve("kubeconfig"), Cluster.kubeconfig()).toString();
    for (String name : NAMESPACES) {
      Cluster.admin()
          .resource(
              new NamespaceBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .addToLabels(STANDARD + "enforce", "restricted")
                  .addToLabels(STANDARD + "warn", "restricted")
                  .endMetadata()
                  .build())
          .forceConflicts()
          .serverSideApply();
    }
    for (String file : List.of("servicemonitors", "podmonitors", "prometheusrules")) {
      kubectl("", "apply", "--server-side", "-f", OTHERS.resolve(file + ".yaml").toString())
          .outOrFail();
      kubectl("", "wait", "--for=condition=Established", "crd/" + file + ".monitoring.coreos.com")
          .outOrFail();
    }
  }

  @ParameterizedTest
  @MethodSource("renderings")
  void theApiServerTakesEveryObject(List<String> arguments) {
    String rendered = Chart.template(arguments.toArray(String[]::new)).outOrFail();
    Tool.Result result = dryRun(rendered);
    assertThat(result.exit()).as("%s%s", result.out(), result.err()).isZero();
    assertThat(result.err()).doesNotContain("Warning");
    assertThat(result.out().lines().filter(line -> line.contains("serverside-applied")))
        .hasSameSizeAs(Chart.documents(rendered));
  }

  static Stream<List<String>> renderings() {
    return Stream.concat(
        Chart.valuesFiles().stream().map(file -> List.of("--values", file.toString())),
        Stream.of(
            List.of(),
            List.of("--set", "plainManifest=true"),
            List.of("--set", "networkPolicy.enabled=true,watchNamespaces={shop}"),
            List.of(
                "--set",
                "replicaCount=2,watchNamespaces={shop,billing},metrics.podMonitor.enabled=true"),
            List.of(
                "--set", "replicaCount=3,podDisruptionBudget.minAvailable=1,crds.enabled=false")));
  }

  /// A typing error in a template must not get through.
  @Test
  void aFieldThatKubernetesDoesNotKnowIsRefused() {
    String rendered =
        Chart.template().outOrFail().replace("terminationGracePeriodSeconds:", "gracePeriod:");
    Tool.Result result = dryRun(rendered);
    assertThat(result.exit()).isNotZero();
    assertThat(result.err()).contains("gracePeriod: field not declared in schema");
  }

  @Test
  void theExamplesOfTheCatalogueAreGood() {
    JsonNode examples =
        Chart.list(
            Chart.yaml("Chart.yaml").at("/annotations/artifacthub.io~1crdsExamples").asText());
    assertThat(examples).hasSize(2);
    for (JsonNode example : examples) {
      Tool.Result result = dryRun(example.toString());
      assertThat(result.exit()).as(result.err()).isZero();
    }
  }

  private static Tool.Result dryRun(String objects) {
    return kubectl(
        objects,
        "apply",
        "--server-side",
        "--force-conflicts",
        "--dry-run=server",
        "--validate=strict",
        "--field-manager=chart-it",
        "-f",
        "-");
  }

  private static Tool.Result kubectl(String input, String... arguments) {
    String[] all =
        Stream.concat(Stream.of("--kubeconfig", kubeconfig), Stream.of(arguments))
            .toArray(String[]::new);
    return Tool.KUBECTL.runWith(input, all);
  }
}
