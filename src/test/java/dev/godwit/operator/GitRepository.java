package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.godwit.testing.Kubectl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Plays Argo CD's part: applies Godwit's resources of a folder on the server's side, as field
/// manager `argocd-controller`, never by force, marked as its own both by label and by annotation.
final class GitRepository {

  static final String MANAGER = "argocd-controller";
  static final String LABEL = "app.kubernetes.io/instance";
  static final String ANNOTATION = "argocd.argoproj.io/tracking-id";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final YAMLMapper YAML = new YAMLMapper();

  private final String namespace;
  private final List<ObjectNode> manifests = new ArrayList<>();
  private final Path file;

  GitRepository(Path folder, String namespace) {
    this.namespace = namespace;
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.filter(it -> it.toString().endsWith(".yaml")).sorted().toList()) {
        read(path);
      }
      file = Files.createTempFile("git", ".json");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    file.toFile().deleteOnExit();
    assertThat(manifests).isNotEmpty();
    commit(it -> {});
  }

  private void read(Path path) throws IOException {
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(JsonNode.class).readValues(path.toFile())) {
      while (documents.hasNext()) {
        JsonNode document = documents.next();
        if (document.path("apiVersion").asText().startsWith("godwit.dev/")) {
          ObjectNode manifest = (ObjectNode) document;
          String name = document.at("/metadata/name").asText();
          manifest.withObject("/metadata").put("namespace", namespace);
          manifest.withObject("/metadata/labels").put(LABEL, "shop");
          manifest.withObject("/metadata/annotations").put(ANNOTATION, "shop:godwit.dev/" + name);
          manifests.add(manifest);
        }
      }
    }
  }

  /// The resources as they are written.
  List<ObjectNode> manifests() {
    return manifests;
  }

  /// Changes the specs.
  void commit(Consumer<ObjectNode> change) {
    manifests.forEach(it -> change.accept((ObjectNode) it.get("spec")));
    ObjectNode list = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "List");
    list.putArray("items").addAll(manifests);
    try {
      JSON.writeValue(file.toFile(), list);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /// Applies everything. Without force a field that the operator owns would be a conflict.
  void sync() {
    kubectl("apply").ok();
  }

  /// What the server would change, as `kubectl diff` shows it.
  Kubectl.Result diff() {
    return kubectl("diff");
  }

  /// What the server says that the resources would be, without writing them.
  JsonNode predict() {
    try {
      return JSON.readTree(kubectl("apply", "--dry-run=server", "--output=json").ok());
    } catch (IOException wrong) {
      throw new UncheckedIOException(wrong);
    }
  }

  private Kubectl.Result kubectl(String verb, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(verb, "--server-side", "--field-manager=" + MANAGER, "-f", file.toString()));
    arguments.addAll(List.of(more));
    return Kubectl.run(arguments.toArray(String[]::new));
  }
}
