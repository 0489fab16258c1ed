package dev.godwit.operator;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.quarkus.kubernetes.client.KubernetesClientObjectMapperCustomizer;
import jakarta.inject.Singleton;
import java.util.Map;

/// Keeps out of the caches what the operator never reads and what is larger than all the rest of a
/// resource: `metadata.managedFields`, a tree with a map for each field, the copy of the manifest
/// that `kubectl apply` leaves in an annotation, the manifest in the annotation of a pod, of pods
/// what they run and where, and of Jobs what becomes of their pods. A migration is in five caches,
/// those of its own and of the other reconcilers. Writes are patches that name what they change, or
/// new resources, so nothing that was not read can be lost.
@Singleton
public final class LeanCaches implements KubernetesClientObjectMapperCustomizer {

  static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  @Override
  public void customize(ObjectMapper mapper) {
    mapper.addMixIn(ObjectMeta.class, Lean.class);
    mapper.addMixIn(PodSpec.class, LeanPod.class);
    mapper.addMixIn(PodStatus.class, LeanPodStatus.class);
    mapper.addMixIn(ContainerStatus.class, LeanContainerStatus.class);
    mapper.addMixIn(ContainerStateTerminated.class, LeanEnd.class);
    mapper.addMixIn(JobSpec.class, LeanJob.class);
    mapper.addMixIn(PodTemplateSpec.class, LeanTemplate.class);
  }

  @JsonIgnoreProperties("managedFields")
  private interface Lean {

    @JsonIgnoreProperties(
        value = {LAST_APPLIED, Marks.MANIFEST},
        allowGetters = true)
    Map<String, String> getAnnotations();
  }

  @JsonIgnoreProperties(
      value = {
        "containers",
        "initContainers",
        "ephemeralContainers",
        "affinity",
        "tolerations",
        "topologySpreadConstraints",
        "securityContext",
        "imagePullSecrets"
      },
      allowGetters = true)
  private interface LeanPod {}

  @JsonIgnoreProperties(
      value = {"hostIP", "hostIPs", "podIP", "podIPs", "qosClass", "initContainerStatuses"},
      allowGetters = true)
  private interface LeanPodStatus {}

  @JsonIgnoreProperties(
      value = {
        "allocatedResources",
        "allocatedResourcesStatus",
        "containerID",
        "imageID",
        "resources",
        "user",
        "volumeMounts"
      },
      allowGetters = true)
  private interface LeanContainerStatus {}

  @JsonIgnoreProperties(value = "containerID", allowGetters = true)
  private interface LeanEnd {}

  @JsonIgnoreProperties(
      value = {"podFailurePolicy", "selector"},
      allowGetters = true)
  private interface LeanJob {}

  @JsonIgnoreProperties(value = "metadata", allowGetters = true)
  private interface LeanTemplate {}
}
