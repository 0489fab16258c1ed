package dev.godwit.operator;

import dev.godwit.api.v1alpha1.QuiescedWorkload;
import dev.godwit.core.Workload;
import dev.godwit.operator.resource.QuiesceMark;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Looks at Deployments and StatefulSets, one by one: a watch would need the right to list them
/// all.
final class WorkloadObserver {

  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");
  private static final String TEMPLATE_HASH = "pod-template-hash";

  private final KubernetesClient client;

  WorkloadObserver(KubernetesClient client) {
    this.client = client;
  }

  Workload observe(String namespace, QuiescedWorkload id) {
    try {
      return switch (id.kind()) {
        case Deployment ->
            of(id, client.apps().deployments().inNamespace(namespace).withName(id.name()).get());
        case StatefulSet ->
            of(id, client.apps().statefulSets().inNamespace(namespace).withName(id.name()).get());
      };
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        return Workload.unseen(id, Workload.State.Forbidden);
      }
      throw refused;
    }
  }

  private Workload of(QuiescedWorkload id, Deployment seen) {
    if (seen == null) {
      return Workload.unseen(id, Workload.State.Missing);
    }
    var status = seen.getStatus();
    return of(
        id,
        seen,
        seen.getSpec().getReplicas(),
        status == null ? null : status.getObservedGeneration(),
        status == null ? null : status.getReplicas(),
        seen.getSpec().getSelector());
  }

  private Workload of(QuiescedWorkload id, StatefulSet seen) {
    if (seen == null) {
      return Workload.unseen(id, Workload.State.Missing);
    }
    var status = seen.getStatus();
    return of(
        id,
        seen,
        seen.getSpec().getReplicas(),
        status == null ? null : status.getObservedGeneration(),
        status == null ? null : status.getReplicas(),
        seen.getSpec().getSelector());
  }

  /// The count in a status leaves out pods that still end, so they are looked for.
  private Workload of(
      QuiescedWorkload id,
      HasMetadata seen,
      Integer wanted,
      Long observed,
      Integer counted,
      LabelSelector selector) {
    int replicas = wanted == null ? 1 : wanted;
    boolean heard = observed != null && observed >= seen.getMetadata().getGeneration();
    return new Workload(
        id,
        Workload.State.Seen,
        seen.getMetadata().getResourceVersion(),
        replicas,
        heard && (counted == null ? 0 : counted) == replicas,
        replicas == 0 ? pods(seen, selector) : List.of(),
        QuiesceMark.on(seen));
  }

  private List<String> pods(HasMetadata workload, LabelSelector selector) {
    return client
        .pods()
        .inNamespace(workload.getMetadata().getNamespace())
        .withLabelSelector(selector)
        .list()
        .getItems()
        .stream()
        .filter(pod -> !ENDED.contains(pod.getStatus() == null ? "" : pod.getStatus().getPhase()))
        .filter(pod -> isOf(workload, pod))
        .map(pod -> pod.getMetadata().getName())
        .toList();
  }

  /// A StatefulSet owns its pods, a Deployment their ReplicaSet, which it names.
  private static boolean isOf(HasMetadata workload, Pod pod) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    String replicaSet =
        workload.getMetadata().getName() + "-" + (labels == null ? "" : labels.get(TEMPLATE_HASH));
    for (OwnerReference owner : pod.getMetadata().getOwnerReferences()) {
      if (owner.getUid().equals(workload.getMetadata().getUid())
          || owner.getKind().equals("ReplicaSet") && owner.getName().equals(replicaSet)) {
        return true;
      }
    }
    return false;
  }
}
