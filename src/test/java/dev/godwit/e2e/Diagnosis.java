package dev.godwit.e2e;

import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.testing.Cluster;
import dev.godwit.testing.GodwitInCluster;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Comparator;
import java.util.List;

/// What a person would look at after a failure: resources, events, logs.
final class Diagnosis {

  private static final int RUNNER_LINES = 40;
  private static final int OPERATOR_LINES = 150;

  private final KubernetesClient client = Cluster.admin();
  private final StringBuilder text = new StringBuilder();
  private final String namespace;

  private Diagnosis(String namespace) {
    this.namespace = namespace;
  }

  static String of(String namespace, Throwable failure) {
    try {
      return new Diagnosis(namespace).tell(failure);
    } catch (RuntimeException impossible) {
      return "no diagnosis of %s: %s".formatted(namespace, impossible);
    }
  }

  private String tell(Throwable failure) {
    text.append("======== ").append(namespace).append(": ").append(failure).append('\n');
    resources(client.resources(MongoMigration.class).inNamespace(namespace).list().getItems());
    resources(client.resources(MongoBackup.class).inNamespace(namespace).list().getItems());
    resources(client.resources(MongoRestore.class).inNamespace(namespace).list().getItems());
    resources(client.resources(MongoBackupSchedule.class).inNamespace(namespace).list().getItems());
    client.v1().events().inNamespace(namespace).list().getItems().stream()
        .sorted(Comparator.comparing(Diagnosis::time))
        .forEach(this::event);
    for (Job job : client.batch().v1().jobs().inNamespace(namespace).list().getItems()) {
      text.append("-------- Job ")
          .append(job.getMetadata().getName())
          .append(' ')
          .append(Serialization.asYaml(job.getStatus()));
    }
    client.pods().inNamespace(namespace).list().getItems().forEach(this::pod);
    text.append("-------- operator\n").append(GodwitInCluster.operatorLog(OPERATOR_LINES));
    return text.append("======== end of ").append(namespace).toString();
  }

  private void resources(List<? extends HasMetadata> resources) {
    for (HasMetadata resource : resources) {
      resource.getMetadata().setManagedFields(null);
      text.append("-------- ").append(Serialization.asYaml(resource));
    }
  }

  private void event(Event event) {
    text.append(
        "event %s %s/%s %s %s: %s%n"
            .formatted(
                time(event),
                event.getInvolvedObject().getKind(),
                event.getInvolvedObject().getName(),
                event.getType(),
                event.getReason(),
                event.getMessage()));
  }

  private static String time(Event event) {
    return event.getLastTimestamp() == null
        ? event.getMetadata().getCreationTimestamp()
        : event.getLastTimestamp();
  }

  private void pod(Pod pod) {
    text.append("-------- Pod ")
        .append(pod.getMetadata().getName())
        .append(' ')
        .append(Serialization.asYaml(pod.getStatus()));
    try {
      text.append(client.pods().resource(pod).tailingLines(RUNNER_LINES).getLog()).append('\n');
    } catch (KubernetesClientException none) {
      text.append("(no log: ").append(none.getMessage()).append(")\n");
    }
  }
}
