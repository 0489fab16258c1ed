package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class LeanCachesTest {

  private static final String METADATA =
      """
      "metadata": {
        "name": "shop-001",
        "resourceVersion": "7",
        "labels": {"app": "shop"},
        "annotations": {
          "kubectl.kubernetes.io/last-applied-configuration": "{}",
          "godwit.dev/manifest": "{}",
          "example.com/mine": "kept"
        },
        "managedFields": [
          {"manager": "kubectl", "fieldsV1": {"f:spec": {"f:version": {}}}}
        ]
      }""";

  private static KubernetesSerialization serialization() {
    ObjectMapper mapper = new ObjectMapper();
    new LeanCaches().customize(mapper);
    return new KubernetesSerialization(mapper, true);
  }

  private static String resource(String apiVersion, String kind) {
    return "{\"apiVersion\": \"%s\", \"kind\": \"%s\", %s}".formatted(apiVersion, kind, METADATA);
  }

  @Test
  void whatNobodyReadsIsNotRead() {
    assertLean(
        serialization()
            .unmarshal(resource("godwit.dev/v1alpha1", "MongoMigration"), MongoMigration.class)
            .getMetadata());
    assertLean(serialization().unmarshal(resource("batch/v1", "Job"), Job.class).getMetadata());
  }

  @Test
  void anItemOfAListOrOfAWatchIsLeanToo() {
    Object item = serialization().unmarshal(resource("batch/v1", "Job"));
    assertThat(item).isInstanceOfSatisfying(Job.class, job -> assertLean(job.getMetadata()));
  }

  @Test
  void whatIsWrittenIsWhole() {
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .addToAnnotations(Marks.MANIFEST, "{}")
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("runner")
            .endContainer()
            .addNewVolume()
            .withName("target")
            .endVolume()
            .endSpec()
            .build();
    String json = serialization().asJson(pod);
    assertThat(json).contains("\"godwit.dev/manifest\":\"{}\"", "\"name\":\"runner\"");
    PodSpec read = serialization().unmarshal(json, Pod.class).getSpec();
    assertThat(read.getContainers()).as("what it runs is not read").isEmpty();
    assertThat(read.getVolumes()).as("what it needs is read").hasSize(1);
  }

  private static void assertLean(ObjectMeta meta) {
    assertThat(meta.getManagedFields()).isEmpty();
    assertThat(meta.getAnnotations()).containsOnlyKeys("example.com/mine");
    assertThat(meta.getAdditionalProperties()).isEmpty();
    assertThat(meta.getName()).isEqualTo("shop-001");
    assertThat(meta.getResourceVersion()).isEqualTo("7");
    assertThat(meta.getLabels()).containsEntry("app", "shop");
  }
}
