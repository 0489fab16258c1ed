package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.operator.resource.QuiesceMark;
import dev.godwit.testing.Chart;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Workloads of a real API server and its controllers are quiet while a migration runs, by an
/// operator with the rights of the chart.
class QuiesceStoriesIT {

  private static final String NAME = "shop-004";
  private static final String API = "shop-api";
  private static final String QUEUE = "shop-queue";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  // --- Setting

  /// What the chart's value `quiesce.enabled` adds.
  private void grant() {
    for (JsonNode item :
        Chart.render(
            "--set", "quiesce.enabled=true", "--set", "watchNamespaces={" + lab.namespace + "}")) {
      if (item.path("kind").asText().startsWith("Role")
          && item.at("/metadata/namespace").asText().equals(lab.namespace)) {
        HasMetadata object = Serialization.unmarshal(item.toString());
        lab.admin.resource(object).create();
      }
    }
  }

  private void revoke() {
    lab.admin.rbac().roleBindings().inNamespace(lab.namespace).withName("godwit-operator").delete();
  }

  /// Its pods find no node, so they end as soon as they are deleted.
  private void deploy(String kind, String name, int replicas) {
    HasMetadata workload =
        Serialization.unmarshal(
            """
            apiVersion: apps/v1
            kind: %s
            metadata: {name: %s, namespace: %s}
            spec:
              replicas: %d
              selector: {matchLabels: {app: %s}}
              template:
                metadata: {labels: {app: %s}}
                spec:
                  nodeSelector: {godwit.dev/nowhere: "true"}
                  securityContext: {runAsNonRoot: true, runAsUser: 1, seccompProfile: {type: RuntimeDefault}}
                  containers:
                  - name: main
                    image: none
                    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
            """
                .formatted(kind, name, lab.namespace, replicas, name, name));
    lab.admin.resource(workload).create();
    await().atMost(Lab.PATIENCE).until(() -> pods(name).size() == replicas);
  }

  private List<Pod> pods(String app) {
    return lab.admin.pods().inNamespace(lab.namespace).withLabel("app", app).list().getItems();
  }

  private void create(String name, String database) {
    ObjectNode json = JSON.valueToTree(Samples.migration(lab.namespace, name, "004"));
    json.withObject("/spec/target").put("database", database);
    json.withObject("/spec")
        .putArray("quiesce")
        .add(JSON.createObjectNode().put("kind", "Deployment").put("name", API))
        .add(JSON.createObjectNode().put("kind", "StatefulSet").put("name", QUEUE));
    lab.create(JSON.convertValue(json, MongoMigration.class));
  }

  private Deployment api() {
    return lab.admin.apps().deployments().inNamespace(lab.namespace).withName(API).get();
  }

  private int replicas(String kind) {
    return kind.equals(API)
        ? api().getSpec().getReplicas()
        : lab.admin
            .apps()
            .statefulSets()
            .inNamespace(lab.namespace)
            .withName(QUEUE)
            .get()
            .getSpec()
            .getReplicas();
  }

  /// As `kubectl scale` does, which leaves annotations alone.
  private void scale(int replicas) {
    lab.admin.apps().deployments().inNamespace(lab.namespace).withName(API).scale(replicas);
  }

  private void hold(Pod pod, boolean hold) {
    lab.admin
        .resource(pod)
        .patch(
            PatchContext.of(PatchType.STRATEGIC_MERGE),
            "{\"metadata\":{\"%s\":[\"godwit.dev/test\"]}}"
                .formatted(hold ? "finalizers" : "$deleteFromPrimitiveList/finalizers"));
  }

  private MongoMigration awaitMessage(String name, String part) {
    return lab.awaitMigration(
        name,
        it ->
            it.getStatus() != null
                && it.getStatus().message() != null
                && it.getStatus().message().contains(part));
  }

  private void areBack() {
    await().atMost(Lab.PATIENCE).until(() -> pods(API).size() == 2 && pods(QUEUE).size() == 1);
    assertThat(api().getMetadata().getAnnotations())
        .doesNotContainKeys(QuiesceMark.UID, QuiesceMark.BY, QuiesceMark.REPLICAS);
  }

  private void both() {
    deploy("Deployment", API, 2);
    deploy("StatefulSet", QUEUE, 1);
  }

  // --- Stories

  @Test
  void withoutTheRightNothingIsTouchedAndItSaysWhatToSet() {
    both();
    create(NAME, "shop");
    MongoMigration refused = awaitMessage(NAME, "quiesce.enabled");
    assertThat(refused.getStatus().phase()).isEqualTo(MigrationPhase.Pending);
    assertThat(Lab.condition(refused, "Reconciling")).isEqualTo("True");
    assertThat(lab.jobs()).isEmpty();
    assertThat(pods(API)).hasSize(2);
    grant();
    lab.awaitPod("plan");
  }

  @Test
  void aMissingWorkloadIsNamedBeforeAnythingIsTouched() {
    grant();
    deploy("Deployment", API, 2);
    create(NAME, "shop");
    awaitMessage(NAME, "StatefulSet shop-queue of spec.quiesce is missing");
    assertThat(lab.jobs()).isEmpty();
    deploy("StatefulSet", QUEUE, 1);
    lab.awaitPod("plan");
  }

  @Test
  void theyAreDownBeforeTheBackupAndBackInTheEnd() {
    grant();
    both();
    Pod slow = pods(API).getFirst();
    hold(slow, true);
    create(NAME, "shop");
    lab.ends("plan", Results.PLANNED);
    MongoMigration waits = awaitMessage(NAME, slow.getMetadata().getName());
    assertThat(waits.getStatus().quiesced())
        .extracting(it -> it.name() + " " + it.replicas())
        .containsExactly("shop-api 2", "shop-queue 1");
    assertThat(api().getMetadata().getAnnotations())
        .containsEntry(QuiesceMark.REPLICAS, "2")
        .containsEntry(QuiesceMark.BY, NAME);
    assertThat(lab.backups()).isEmpty();
    hold(slow, false);
    lab.ends("backup", Results.BACKED_UP);
    lab.awaitPod("apply");
    assertThat(pods(API)).isEmpty();
    assertThat(pods(QUEUE)).isEmpty();
    lab.restart();
    lab.ends("apply", Results.APPLIED);
    lab.awaitPhase(NAME, MigrationPhase.Succeeded);
    areBack();
    lab.awaitMigration(NAME, it -> it.getStatus().quiesced() == null);
    assertThat(lab.events("ScaledDown")).hasSize(2);
    assertThat(lab.events("ScaledBack")).hasSize(2);
    lab.assertOneJobOfEachKind();
  }

  @Test
  void oneThatIsScaledUpMeanwhileStopsTheRunAndIsNotFoughtOver() {
    grant();
    both();
    create(NAME, "shop");
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    lab.awaitPod("apply");
    scale(1);
    awaitMessage(NAME, "Deployment shop-api was scaled up meanwhile");
    await()
        .atMost(Lab.PATIENCE)
        .until(() -> Boolean.TRUE.equals(lab.jobs("apply").getFirst().getSpec().getSuspend()));
    assertThat(replicas(API)).isEqualTo(1);
    assertThat(lab.events("WorkloadScaledUp")).hasSize(1);
    scale(0);
    lab.ends("apply", Results.APPLIED);
    lab.awaitPhase(NAME, MigrationPhase.Succeeded);
    areBack();
  }

  @Test
  void aDeletedMigrationGivesThemBack() {
    grant();
    both();
    create(NAME, "shop");
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    lab.awaitPod("apply");
    lab.admin.resource(lab.get(NAME)).delete();
    await().atMost(Lab.PATIENCE).until(() -> lab.get(NAME) == null);
    areBack();
  }

  @Test
  void aRightThatIsLostIsAskedForAndTheEndWaits() {
    grant();
    both();
    create(NAME, "shop");
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    lab.awaitPod("apply");
    revoke();
    lab.ends("apply", Results.APPLIED);
    awaitMessage(NAME, "lost the right to scale");
    assertThat(lab.get(NAME).getStatus().phase()).isEqualTo(MigrationPhase.Applying);
    lab.admin.rbac().roles().inNamespace(lab.namespace).withName("godwit-operator").delete();
    grant();
    lab.awaitPhase(NAME, MigrationPhase.Succeeded);
    areBack();
  }

  @Test
  void twoThatQuiesceTheSameDoNotForgetTheCount() {
    grant();
    both();
    create(NAME, "shop");
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    lab.awaitPod("apply");
    create("billing-004", "billing");
    lab.ends("plan", Results.PLANNED);
    awaitMessage("billing-004", "waits for MongoMigration shop-004");
    lab.ends("apply", Results.APPLIED);
    lab.awaitPhase(NAME, MigrationPhase.Succeeded);
    lab.ends("backup", Results.BACKED_UP);
    assertThat(api().getMetadata().getAnnotations())
        .containsEntry(QuiesceMark.BY, "billing-004")
        .containsEntry(QuiesceMark.REPLICAS, "2");
    lab.ends("apply", Results.APPLIED);
    lab.awaitPhase("billing-004", MigrationPhase.Succeeded);
    areBack();
  }
}
