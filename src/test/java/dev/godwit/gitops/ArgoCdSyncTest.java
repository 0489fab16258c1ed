package dev.godwit.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What users install is what the scripts say, and the scripts' tests are of the recorded objects.
///
/// `./mvnw test -Dtest=ArgoCdSyncTest -Dgodwit.argocd=write` writes them anew. The objects
/// themselves are recorded by GitOpsStoriesIT.
class ArgoCdSyncTest {

  private static final YAMLMapper YAML = new YAMLMapper();
  private static Map<Path, String> generated;

  @BeforeAll
  static void generate() throws IOException {
    generated = ArgoCdFiles.generate();
    if ("write".equals(System.getProperty("godwit.argocd"))) {
      for (Map.Entry<Path, String> file : generated.entrySet()) {
        Files.createDirectories(file.getKey().getParent());
        Files.writeString(file.getKey(), file.getValue());
      }
    }
  }

  @Test
  void everyFileIsAsGenerated() {
    generated.forEach((path, content) -> assertThat(path).hasContent(content));
  }

  @Test
  void nothingElseIsThere() {
    for (Customization kind : Customization.all()) {
      assertThat(Customization.names(kind.folder().resolve("testdata")))
          .containsExactlyInAnyOrderElementsOf(
              Recording.ALL.stream()
                  .filter(it -> it.kind().equals(kind.kind()))
                  .map(it -> it.name() + ".yaml")
                  .toList());
    }
    assertThat(
            Customization.names(
                Customization.of("MongoMigration").actionsFolder().resolve("testdata")))
        .containsExactlyInAnyOrderElementsOf(
            ArgoCdFiles.ACTS.stream().map(it -> it.to() + ".yaml").toList());
  }

  @Test
  void argoCdReadsTheScriptsFromTheConfigMap() throws IOException {
    holdsTheScripts(Customization.yaml(ArgoCdFiles.CONFIG_MAP).get("data"));
  }

  @Test
  void theChartReadsTheSameFromItsValues() throws IOException {
    holdsTheScripts(Customization.yaml(ArgoCdFiles.VALUES).at("/configs/cm"));
  }

  private static void holdsTheScripts(JsonNode data) throws IOException {
    int keys = 0;
    for (Customization kind : Customization.all()) {
      String name = "godwit.dev_" + kind.kind();
      assertThat(data.path("resource.customizations.health." + name).asText())
          .isEqualTo(kind.health());
      keys++;
      if (kind.actions().isEmpty()) {
        continue;
      }
      keys++;
      JsonNode actions =
          YAML.readTree(data.path("resource.customizations.actions." + name).asText());
      assertThat(actions.path("discovery.lua").asText()).isEqualTo(kind.discovery());
      assertThat(actions.path("definitions")).hasSameSizeAs(kind.actions());
      for (JsonNode definition : actions.path("definitions")) {
        assertThat(definition.path("action.lua").asText())
            .isEqualTo(kind.action(definition.path("name").asText()));
      }
    }
    assertThat(data).hasSize(keys);
  }
}
