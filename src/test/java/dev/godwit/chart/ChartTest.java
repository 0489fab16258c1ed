package dev.godwit.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.testing.Chart;
import dev.godwit.testing.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The chart as Helm and its own tests see it.
class ChartTest {

  @Test
  void itsOwnTestsPass() {
    Tool.Result result = Tool.HELM_UNITTEST.run("--strict", Chart.FOLDER.toString());
    assertThat(result.exit()).as("%s%s", result.out(), result.err()).isZero();
    assertThat(result.out()).containsPattern("Tests: +\\d+ passed");
  }

  @ParameterizedTest
  @MethodSource("valuesFiles")
  void lintFindsNothing(Path values) {
    Tool.Result result = Chart.lint(values);
    assertThat(result.exit()).as("%s%s", result.out(), result.err()).isZero();
  }

  static List<Path> valuesFiles() {
    return Chart.valuesFiles();
  }

  @Test
  void thePackageHoldsWhatIsUsedAndNoTests(@TempDir Path folder) throws IOException {
    Tool.HELM
        .run("package", Chart.FOLDER.toString(), "--destination", folder.toString())
        .outOrFail();
    try (var files = Files.list(folder);
        var tar =
            new TarArchiveInputStream(
                new GZIPInputStream(Files.newInputStream(files.findFirst().orElseThrow())))) {
      List<String> names =
          Stream.generate(() -> next(tar))
              .takeWhile(Objects::nonNull)
              .map(TarArchiveEntry::getName)
              .toList();
      assertThat(names)
          .contains(
              "godwit/values.schema.json",
              "godwit/README.md",
              "godwit/templates/tests/ready.yaml",
              "godwit/files/crds/mongomigrations.godwit.dev.yaml")
          .noneMatch(it -> it.startsWith("godwit/tests/") || it.startsWith("godwit/ci/"));
    }
  }

  /// A pod reads the defaults once, when it starts.
  @Test
  void otherDefaultsAreOtherPodsAndNothingElseIs() {
    String before = checksum();
    assertThat(checksum("--set", "defaults.batches.size=5000")).isNotEqualTo(before);
    assertThat(checksum("--set", "image.pullSecrets[0].name=registry")).isNotEqualTo(before);
    assertThat(checksum("--set", "commonLabels.team=platform")).isEqualTo(before);
    assertThat(podLabels()).doesNotContain("helm.sh/chart");
  }

  @Test
  void chartYamlTellsTheTruth() {
    JsonNode chart = Chart.yaml("Chart.yaml");
    JsonNode annotations = chart.get("annotations");
    assertThat(chart.get("appVersion").asText()).isEqualTo(chart.get("version").asText());
    JsonNode images = Chart.list(annotations.get("artifacthub.io/images").asText());
    assertThat(images.get(0).get("image").asText())
        .isEqualTo("godwit/godwit:" + chart.get("appVersion").asText());
    JsonNode crds = Chart.list(annotations.get("artifacthub.io/crds").asText());
    assertThat(crds.findValuesAsText("name").stream().map(it -> it + ".yaml"))
        .containsExactlyInAnyOrderElementsOf(
            Chart.names(Chart.FOLDER.resolve("files").resolve("crds")));
  }

  private static String checksum(String... arguments) {
    return pods(arguments).at("/metadata/annotations/checksum~1defaults").asText();
  }

  private static String podLabels() {
    return pods().at("/metadata/labels").toString();
  }

  private static JsonNode pods(String... arguments) {
    return Chart.render(arguments).stream()
        .filter(it -> it.get("kind").asText().equals("Deployment"))
        .findFirst()
        .orElseThrow()
        .at("/spec/template");
  }

  private static TarArchiveEntry next(TarArchiveInputStream tar) {
    try {
      return tar.getNextEntry();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
