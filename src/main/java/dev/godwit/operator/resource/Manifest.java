package dev.godwit.operator.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.job.JobContract;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.core.Names;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a Job runs. It goes in by an immutable ConfigMap that stays as long as the Job's owner, so
/// that what ran stays readable; Jobs that run the same share one. A backup's, which is short and
/// whose spec nobody can change, goes in by an annotation of the pod.
final class Manifest {

  /// Of all annotations together Kubernetes takes 256 KiB.
  private static final int MAX_ANNOTATION = 64 * 1024;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> METADATA = List.of("name", "namespace", "uid", "generation");

  private final RunnerTask task;
  private final String json;

  Manifest(RunnerTask task) {
    this.task = task;
    this.json = json(task);
  }

  /// The resource without its status and without what others wrote on it. What the operator's
  /// defaults say about batches is filled in.
  private static String json(RunnerTask task) {
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

  private boolean isAnnotation() {
    return task.owner() instanceof MongoBackup && json.length() <= MAX_ANNOTATION;
  }

  private String name() {
    return Names.manifest(task.owner().getMetadata().getName(), json);
  }

  /// The ConfigMap, where there is one.
  Optional<ConfigMap> configMap() {
    if (isAnnotation()) {
      return Optional.empty();
    }
    return Optional.of(
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(name())
            .withNamespace(task.owner().getMetadata().getNamespace())
            .withLabels(Marks.labels(task.owner()))
            .withAnnotations(Marks.annotations(task.owner()))
            .withOwnerReferences(Marks.ownerReference(task.owner()))
            .endMetadata()
            .withImmutable(true)
            .withData(Map.of(JobContract.MANIFEST_FILE, json))
            .build());
  }

  /// What the pod is annotated with.
  Map<String, String> annotations() {
    return isAnnotation() ? Map.of(Marks.MANIFEST, json) : Map.of();
  }

  /// Where the pod finds the file.
  Volume volume(String name) {
    VolumeBuilder volume = new VolumeBuilder().withName(name);
    if (!isAnnotation()) {
      return volume.withNewConfigMap().withName(name()).endConfigMap().build();
    }
    return volume
        .withNewDownwardAPI()
        .addNewItem()
        .withPath(JobContract.MANIFEST_FILE)
        .withNewFieldRef()
        .withFieldPath("metadata.annotations['%s']".formatted(Marks.MANIFEST))
        .endFieldRef()
        .endItem()
        .endDownwardAPI()
        .build();
  }
}
