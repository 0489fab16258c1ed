package dev.godwit.operator.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.job.JobContract;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.List;
import java.util.Map;

/// The immutable ConfigMap with what a Job runs. It stays as long as its owner: what ran stays
/// readable.
public final class ManifestConfigMap {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> METADATA = List.of("name", "namespace", "uid", "generation");

  private ManifestConfigMap() {}

  /// The ConfigMap of a Job.
  public static ConfigMap of(RunnerTask task) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(task.name())
        .withNamespace(task.owner().getMetadata().getNamespace())
        .withLabels(Marks.labels(task.owner()))
        .withAnnotations(Marks.annotations(task.owner()))
        .withOwnerReferences(Marks.ownerReference(task.owner()))
        .endMetadata()
        .withImmutable(true)
        .withData(Map.of(JobContract.MANIFEST_FILE, manifest(task)))
        .build();
  }

  /// The resource without its status and without what others wrote on it. What the operator's
  /// defaults say about batches is filled in.
  static String manifest(RunnerTask task) {
    JsonNode whole = JSON.valueToTree(task.owner());
    ObjectNode manifest = JSON.createObjectNode();
    manifest.set("apiVersion", whole.get("apiVersion"));
    manifest.set("kind", whole.get("kind"));
    ObjectNode metadata = manifest.putObject("metadata");
    for (String field : METADATA) {
      if (whole.path("metadata").hasNonNull(field)) {
        metadata.set(field, whole.get("metadata").get(field));
      }
    }
    ObjectNode spec = manifest.putObject("spec").setAll((ObjectNode) whole.get("spec"));
    if (task.batches() != null) {
      spec.set("batches", JSON.valueToTree(task.batches()));
    }
    return manifest.toString();
  }
}
