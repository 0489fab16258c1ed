package dev.godwit.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The examples for Argo CD and Flux: their own resources have the fields that those tools know,
/// and what they deploy is ordered. Godwit's resources in them are applied by DriftIT.
class ExamplesTest {

  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Path ARGO_CD = Path.of("deploy/argocd");
  private static final Path FLUX = Path.of("deploy/flux");
  private static final String WAVE = "argocd.argoproj.io~1sync-wave";

  @Test
  void theApplicationHasWhatArgoCdKnows() throws IOException {
    JsonNode application = one(ARGO_CD.resolve("application.yaml"), "Application");
    assertThat(application.path("apiVersion").asText()).isEqualTo("argoproj.io/v1alpha1");
    JsonNode spec = application.path("spec");
    assertThat(names(spec))
        .containsExactlyInAnyOrder("project", "source", "destination", "syncPolicy");
    assertThat(names(spec.path("source")))
        .containsExactlyInAnyOrder("repoURL", "targetRevision", "path");
    assertThat(names(spec.path("destination"))).containsExactlyInAnyOrder("server", "namespace");
    assertThat(names(spec.path("syncPolicy")))
        .containsExactlyInAnyOrder("automated", "syncOptions", "retry");
    assertThat(names(spec.at("/syncPolicy/automated")))
        .containsExactlyInAnyOrder("prune", "selfHeal");
    assertThat(spec.at("/syncPolicy/syncOptions").toString()).contains("ServerSideApply=true");
    assertThat(names(spec.at("/syncPolicy/retry"))).containsExactlyInAnyOrder("limit", "backoff");
    assertThat(names(spec.at("/syncPolicy/retry/backoff")))
        .containsExactlyInAnyOrder("duration", "factor", "maxDuration");
    assertThat(spec.at("/syncPolicy/retry/limit").asInt()).isBetween(1, 3);
    assertThat(application.at("/metadata/annotations/argocd.argoproj.io~1compare-options").asText())
        .isEqualTo("ServerSideDiff=true");
  }

  @Test
  void theApplicationComesAWaveAfterItsMigrations() throws IOException {
    Path shop = ARGO_CD.resolve("shop");
    JsonNode migration = one(shop, "MongoMigration");
    int migrations = wave(migration);
    assertThat(migrations).isNegative();
    assertThat(wave(one(shop, "Deployment"))).isGreaterThan(migrations);
    assertThat(wave(one(shop, "PersistentVolumeClaim")))
        .as("a claim that binds for its first pod blocks an earlier wave")
        .isEqualTo(migrations);
  }

  @Test
  void argoCdKeepsTheBackups() throws IOException {
    assertThat(
            one(ARGO_CD.resolve("shop"), "PersistentVolumeClaim")
                .at("/metadata/annotations/argocd.argoproj.io~1sync-options")
                .asText())
        .isEqualTo("Prune=false,Delete=false");
  }

  @Test
  void fluxHasWhatItKnows() throws IOException {
    List<JsonNode> all = documents(FLUX.resolve("shop.yaml"));
    assertThat(all).hasSize(3);
    JsonNode source = all.getFirst();
    assertThat(source.path("apiVersion").asText()).isEqualTo("source.toolkit.fluxcd.io/v1");
    assertThat(source.path("kind").asText()).isEqualTo("GitRepository");
    assertThat(names(source.path("spec"))).containsExactlyInAnyOrder("interval", "url", "ref");
    for (JsonNode kustomization : all.subList(1, 3)) {
      assertThat(kustomization.path("apiVersion").asText())
          .isEqualTo("kustomize.toolkit.fluxcd.io/v1");
      assertThat(kustomization.path("kind").asText()).isEqualTo("Kustomization");
      JsonNode spec = kustomization.path("spec");
      assertThat(names(spec))
          .contains("interval", "path", "prune", "sourceRef", "timeout", "wait")
          .isSubsetOf(
              "interval",
              "retryInterval",
              "path",
              "prune",
              "sourceRef",
              "timeout",
              "wait",
              "dependsOn");
      assertThat(spec.at("/sourceRef/name")).isEqualTo(source.at("/metadata/name"));
      assertThat(FLUX.resolve("shop").resolve(spec.path("path").asText())).isDirectory();
      assertThat(spec.path("wait").asBoolean()).isTrue();
    }
    assertThat(all.get(2).at("/spec/dependsOn/0/name")).isEqualTo(all.get(1).at("/metadata/name"));
  }

  @Test
  void fluxLeavesDollarsAloneAndKeepsTheBackups() throws IOException {
    Path migrations = FLUX.resolve("shop/migrations");
    assertThat(
            one(migrations, "MongoMigration")
                .at("/metadata/annotations/kustomize.toolkit.fluxcd.io~1substitute")
                .asText())
        .isEqualTo("disabled");
    assertThat(
            one(migrations, "PersistentVolumeClaim")
                .at("/metadata/annotations/kustomize.toolkit.fluxcd.io~1prune")
                .asText())
        .isEqualTo("disabled");
  }

  /// Self-heal would set them back after an action.
  @ParameterizedTest
  @ValueSource(strings = {"deploy/argocd/shop", "deploy/flux/shop", "deploy/samples"})
  void declaresNothingThatActionsChange(String folder) throws IOException {
    for (JsonNode document : documents(Path.of(folder))) {
      if (document.path("kind").asText().equals("MongoMigration")) {
        assertThat(names(document.path("spec")))
            .as(document.at("/metadata/name").asText())
            .doesNotContain("retry", "desiredState", "suspend");
        assertThat(document.path("metadata").has("generateName")).isFalse();
      }
    }
  }

  private static int wave(JsonNode object) {
    return Integer.parseInt(object.at("/metadata/annotations/" + WAVE).asText());
  }

  private static JsonNode one(Path path, String kind) throws IOException {
    List<JsonNode> found =
        documents(path).stream().filter(it -> it.path("kind").asText().equals(kind)).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private static List<JsonNode> documents(Path path) throws IOException {
    List<JsonNode> documents = new ArrayList<>();
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".yaml")).sorted().toList()) {
        try (MappingIterator<JsonNode> all =
            YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
          all.forEachRemaining(documents::add);
        }
      }
    }
    return documents;
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
