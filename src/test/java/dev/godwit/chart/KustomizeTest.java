package dev.godwit.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.testing.Chart;
import dev.godwit.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kubectl apply -k deploy`, and what people change in it.
class KustomizeTest {

  private static final Path DEPLOY = Path.of("deploy");

  /// Without the CRDs: kustomize writes numbers in another way.
  @Test
  void changesNothingByItself() throws IOException {
    String plain = Files.readString(DEPLOY.resolve("install.yaml"));
    assertThat(withoutCrds(kustomize(DEPLOY)))
        .hasSizeGreaterThan(8)
        .containsExactlyInAnyOrderElementsOf(withoutCrds(plain));
  }

  @Test
  void oneImageIsChangedAndTheJobsFollow(@TempDir Path folder) throws IOException {
    Files.copy(DEPLOY.resolve("install.yaml"), folder.resolve("install.yaml"));
    Files.writeString(
        folder.resolve("kustomization.yaml"),
        Files.readString(DEPLOY.resolve("kustomization.yaml"))
            .replace("newName: godwit/godwit", "newName: registry.example.com/mine")
            .replaceAll("newTag: .*", "newTag: \"1.2\""));
    List<JsonNode> items = Chart.documents(kustomize(folder));
    JsonNode container =
        items.stream()
            .filter(it -> it.get("kind").asText().equals("Deployment"))
            .findFirst()
            .orElseThrow()
            .at("/spec/template/spec/containers/0");
    assertThat(container.get("image").asText()).isEqualTo("registry.example.com/mine:1.2");
    for (JsonNode variable : container.get("env")) {
      if (variable.get("name").asText().equals("GODWIT_RUNNER_IMAGE")) {
        assertThat(variable.get("value").asText()).isEqualTo("registry.example.com/mine:1.2");
        return;
      }
    }
    throw new AssertionError("no GODWIT_RUNNER_IMAGE");
  }

  private static List<JsonNode> withoutCrds(String yaml) {
    return Chart.documents(yaml).stream()
        .filter(it -> !it.get("kind").asText().equals("CustomResourceDefinition"))
        .toList();
  }

  private static String kustomize(Path folder) {
    return Tool.KUBECTL.run("kustomize", folder.toString()).outOrFail();
  }
}
