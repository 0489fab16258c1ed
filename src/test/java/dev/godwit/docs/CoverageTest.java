package dev.godwit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.testing.Manifests;
import dev.godwit.testing.Manifests.Manifest;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every field that a user may write is shown in a sample or on a page. A field in a list of checks
/// counts wherever checks are, one of an operation or its batches in every step and rollback, and
/// Jobs and storages are set alike in all kinds; a restore transforms with the steps of migrations,
/// and a schedule's template is the spec of a backup.
class CoverageTest {

  /// Parts of a pod, which people know.
  private static final Set<String> OF_PODS =
      Set.of("affinity", "tolerations", "resources", "imagePullSecrets", "priorityClassName");

  @Test
  void everyFieldHasAnExample() throws IOException {
    Set<String> there = new TreeSet<>();
    try (Stream<Path> crds = Files.list(Path.of("crds"))) {
      for (Path crd : crds.toList()) {
        collect(crd, there);
      }
    }
    Set<String> shown = new TreeSet<>();
    for (Manifest manifest : Manifests.ofGodwit()) {
      collect(manifest.kind() + ".spec", manifest.content().path("spec"), shown);
    }
    assertThat(there).hasSizeGreaterThan(50);
    there.removeAll(shown);
    assertThat(there).as("fields without an example").isEmpty();
  }

  private static void collect(Path file, Set<String> paths) throws IOException {
    CustomResourceDefinition crd =
        Serialization.unmarshal(Files.readString(file), CustomResourceDefinition.class);
    JSONSchemaProps root = crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
    collect(crd.getSpec().getNames().getKind() + ".spec", root.getProperties().get("spec"), paths);
  }

  private static void collect(String path, JSONSchemaProps schema, Set<String> paths) {
    JSONSchemaProps object = schema.getItems() == null ? schema : schema.getItems().getSchema();
    if (object.getProperties() != null) {
      object
          .getProperties()
          .forEach(
              (name, field) -> {
                if (!OF_PODS.contains(name)) {
                  paths.add(common(path + "." + name));
                  collect(path + "." + name, field, paths);
                }
              });
    }
  }

  private static void collect(String path, JsonNode value, Set<String> paths) {
    if (value.isArray()) {
      value.forEach(item -> collect(path, item, paths));
    }
    value
        .properties()
        .forEach(
            field -> {
              paths.add(common(path + "." + field.getKey()));
              collect(path + "." + field.getKey(), field.getValue(), paths);
            });
  }

  private static String common(String path) {
    return path.replaceFirst("^MongoBackupSchedule\\.spec\\.template\\.", "MongoBackup.spec.")
        .replaceFirst("^\\w+\\.spec\\.((backup|source\\.location)\\.)?storage\\.", "spec.storage.")
        .replace("spec.verify.checks", "spec.preconditions")
        .replaceFirst("^MongoRestore\\.spec\\.transform\\.", "MongoMigration.spec.steps.")
        .replaceFirst("^\\w+\\.spec\\.job", "spec.job")
        .replaceFirst("\\.steps\\.rollback\\.", ".steps.")
        .replaceFirst("\\.steps\\.\\w+\\.batches", ".batches");
  }
}
