package dev.godwit.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.gitops.Conditions;
import dev.godwit.gitops.Health;
import dev.godwit.gitops.Kstatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;

/// Sees every state of a namespace's migrations and backups that the API server holds, as GitOps
/// tools do, and looks at each with the eyes of Argo CD and of kstatus. The two must agree.
final class Onlooker implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  /// Of what is in progress Argo CD also says whether it goes on by itself.
  private static final Map<Kstatus, Set<String>> HEALTH =
      Map.of(
          Kstatus.InProgress, Set.of("Progressing", "Suspended"),
          Kstatus.Current, Set.of("Healthy"),
          Kstatus.Failed, Set.of("Degraded"));

  private final Set<String> phases = new ConcurrentSkipListSet<>();
  private final List<String> problems = new CopyOnWriteArrayList<>();
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();

  Onlooker(KubernetesClient client, String namespace) {
    for (String kind :
        List.of("MongoMigration", "MongoBackup", "MongoRestore", "MongoBackupSchedule")) {
      informers.add(
          client
              .genericKubernetesResources("godwit.dev/v1alpha1", kind)
              .inNamespace(namespace)
              .inform(new Eyes()));
    }
  }

  private final class Eyes implements ResourceEventHandler<GenericKubernetesResource> {
    @Override
    public void onAdd(GenericKubernetesResource resource) {
      try {
        look(JSON.valueToTree(resource));
      } catch (RuntimeException | Error failed) {
        problems.add("a look failed: " + failed);
      }
    }

    @Override
    public void onUpdate(GenericKubernetesResource old, GenericKubernetesResource resource) {
      onAdd(resource);
    }

    @Override
    public void onDelete(GenericKubernetesResource resource, boolean unknown) {}
  }

  private void look(JsonNode object) {
    Kstatus kstatus = Kstatus.of(object);
    if (kstatus == Kstatus.Terminating) {
      return;
    }
    String phase = object.at("/status/phase").asText("none");
    String what = object.path("kind").asText() + " " + phase;
    Health health = Health.of(object);
    if (!HEALTH.get(kstatus).contains(health.status())) {
      problems.add("%s is %s for kstatus, %s for Argo CD".formatted(what, kstatus, health));
    }
    if (health.message() == null || health.message().isBlank()) {
      problems.add(what + " has no message");
    }
    Conditions.problems(object).forEach(problem -> problems.add(what + ": " + problem));
    phases.add(what);
  }

  /// `kind phase` of all states that were seen.
  Set<String> phases() {
    return new TreeSet<>(phases);
  }

  /// What was wrong with any state that was seen.
  List<String> problems() {
    return List.copyOf(problems);
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::close);
  }
}
