package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.gitops.Customization;
import dev.godwit.gitops.Health;
import dev.godwit.gitops.Lua;
import dev.godwit.testing.Kubectl;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A GitOps tool and the operator write on the same resources and never fight: what is in Git is
/// applied again and again, and nothing changes.
class DriftIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path EXAMPLE = Path.of("deploy/argocd/shop");
  private static final String NAME = "shop-004-emails";

  private Lab lab;

  @BeforeEach
  void start() {
    Kubectl.assumeThere();
    lab = new Lab();
  }

  @AfterEach
  void close() {
    if (lab != null) {
      lab.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"deploy/samples", "deploy/argocd/shop", "deploy/flux/shop"})
  void applyingTwiceChangesNothing(String folder) {
    GitRepository git = new GitRepository(Path.of(folder), lab.namespace);
    git.sync();
    for (JsonNode manifest : git.manifests()) {
      await(manifest.at("/metadata/name").asText())
          .atMost(Lab.PATIENCE)
          .until(
              () -> live(manifest),
              it -> it.at("/status/phase").isTextual() && hasFinalizerIfMigration(it));
    }
    lab.stop(); // so that resourceVersions stand still

    List<JsonNode> before = git.manifests().stream().map(this::live).toList();
    assertNoDrift(git);
    JsonNode predicted = git.predict();
    git.sync();
    assertThat(git.manifests().stream().map(this::live).toList()).isEqualTo(before);

    for (int i = 0; i < before.size(); i++) {
      JsonNode written = git.manifests().get(i);
      JsonNode live = before.get(i);
      JsonNode prediction =
          predicted.path("kind").asText().equals("List") ? predicted.at("/items/" + i) : predicted;
      assertThat(withoutManagers(prediction)).isEqualTo(withoutManagers(live));
      assertThat(differences(written.get("spec"), live.get("spec"), "spec", false)).isEmpty();
      assertThat(differences(written.get("metadata"), live.get("metadata"), "metadata", false))
          .isEmpty();
      assertThat(live.at("/metadata/generation").asInt()).isEqualTo(1);
      assertThat(ownersOfSpec(live)).containsExactly(GitRepository.MANAGER);
    }
    lab.start();
  }

  @Test
  void syncsInEveryPhaseAndKubectlWaits() {
    GitRepository git = example();
    Kubectl.Running waiting =
        Kubectl.start(
            "wait",
            "--namespace=" + lab.namespace,
            "--for=condition=Ready",
            "mongomigration/" + NAME,
            "--timeout=2m");
    lab.awaitPod("plan");
    syncsInto(git, MigrationPhase.Planning);
    lab.ends("plan", Results.PLANNED);
    lab.awaitPod("backup");
    syncsInto(git, MigrationPhase.BackingUp);
    lab.ends("backup", Results.BACKED_UP);
    Pod apply = lab.awaitPod("apply");
    lab.run(apply);
    syncsInto(git, MigrationPhase.Applying);
    assertThat(waiting.isAlive()).as("kubectl wait").isTrue();
    lab.end(apply, 0, Lab.json(Results.APPLIED));
    syncsInto(git, MigrationPhase.Succeeded);
    assertThat(waiting.end().ok()).contains("condition met");

    assertNothingIsTakenForArgoCds();
  }

  @Test
  void anActionOfArgoCdIsNotReverted() {
    GitRepository git = example();
    succeed();
    act("rollback");
    lab.awaitPod("rollback");
    assertNoDrift(git);
    git.sync();
    lab.ends("rollback", Results.ROLLED_BACK);
    lab.awaitPhase(NAME, MigrationPhase.RolledBack);
    assertThat(health()).isEqualTo("Healthy");

    act("apply-again");
    lab.awaitPhase(NAME, MigrationPhase.Planning);
    git.sync();
    assertNoDrift(git);
    assertThat(lab.get(NAME).getSpec().retry()).isEqualTo(1);
  }

  /// What docs/how-to/argo-cd.md tells users to commit.
  @Test
  void aRollbackByGitThereAndBack() {
    GitRepository git = example();
    succeed();
    git.commit(spec -> spec.put("desiredState", "RolledBack"));
    git.sync();
    lab.ends("rollback", Results.ROLLED_BACK);
    lab.awaitPhase(NAME, MigrationPhase.RolledBack);
    assertThat(health()).isEqualTo("Healthy");

    git.commit(spec -> spec.remove("desiredState"));
    git.sync();
    lab.awaitMigration(NAME, it -> it.getStatus().message().contains("raise spec.retry"));
    assertThat(health()).isEqualTo("Degraded");

    git.commit(spec -> spec.put("retry", 1));
    git.sync();
    lab.awaitPhase(NAME, MigrationPhase.Planning);
    assertThat(health()).isEqualTo("Progressing");
    assertNoDrift(git);
  }

  @Test
  void theCrdsThemselvesDoNotDrift() {
    String[] apply = {"apply", "--server-side", "--field-manager=argocd-controller", "-f", "crds"};
    Kubectl.run(
            Stream.concat(Stream.of(apply), Stream.of("--force-conflicts")).toArray(String[]::new))
        .ok(); // what the other tests installed is taken over
    List<String> before = versionsOfCrds();
    assertThat(
            Kubectl.run("diff", "--server-side", "--field-manager=argocd-controller", "-f", "crds"))
        .isEqualTo(new Kubectl.Result(0, ""));
    Kubectl.run(apply).ok();
    assertThat(versionsOfCrds()).isEqualTo(before);
  }

  /// As docs/how-to/argo-cd.md installs it.
  @Test
  void theScriptsJoinWhatIsInTheConfigMap() {
    lab.admin
        .resource(new NamespaceBuilder().withNewMetadata().withName("argocd").endMetadata().build())
        .serverSideApply();
    lab.admin
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("argocd-cm")
                .withNamespace("argocd")
                .endMetadata()
                .addToData("url", "https://argocd.example.com")
                .build())
        .serverSideApply();
    Kubectl.run("apply", "--server-side", "-f", "deploy/argocd/argocd-cm.yaml").ok();
    ConfigMap merged = lab.admin.configMaps().inNamespace("argocd").withName("argocd-cm").get();
    assertThat(merged.getData())
        .containsEntry("url", "https://argocd.example.com")
        .containsEntry(
            "resource.customizations.health.godwit.dev_MongoMigration",
            Customization.of("MongoMigration").health())
        .hasSize(6);
  }

  // --- The plot

  /// The example of Argo CD, with pods that no node takes.
  private GitRepository example() {
    GitRepository git = new GitRepository(EXAMPLE, lab.namespace);
    git.commit(spec -> spec.withObject("/job/nodeSelector").put("godwit.dev/nowhere", "true"));
    git.sync();
    return git;
  }

  /// The status may change between the two versions that kubectl compares; a drift stays.
  private static void assertNoDrift(GitRepository git) {
    await()
        .atMost(Lab.PATIENCE)
        .untilAsserted(() -> assertThat(git.diff()).isEqualTo(new Kubectl.Result(0, "")));
  }

  private void succeed() {
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    lab.ends("apply", Results.APPLIED);
    lab.awaitPhase(NAME, MigrationPhase.Succeeded);
  }

  private void syncsInto(GitRepository git, MigrationPhase phase) {
    lab.awaitPhase(NAME, phase);
    git.sync();
    assertThat(git.diff()).as("%s", phase).isEqualTo(new Kubectl.Result(0, ""));
    assertThat(live().at("/metadata/generation").asInt()).isEqualTo(1);
  }

  /// Runs an action as Argo CD does: the script on the live object, and a merge patch of what it
  /// changed.
  private void act(String action) {
    JsonNode live = live();
    Customization kind = Customization.of("MongoMigration");
    assertThat(Lua.run(kind.discovery(), live).at("/" + action + "/disabled").asBoolean(true))
        .isFalse();
    JsonNode acted = Lua.run(kind.action(action), live);
    ObjectNode spec = JSON.createObjectNode();
    acted
        .get("spec")
        .properties()
        .forEach(
            field -> {
              if (!field.getValue().equals(live.at("/spec/" + field.getKey()))) {
                spec.set(field.getKey(), field.getValue());
              }
            });
    assertThat(spec).as("%s changes something", action).isNotEmpty();
    lab.admin
        .resources(dev.godwit.api.v1alpha1.MongoMigration.class)
        .inNamespace(lab.namespace)
        .withName(NAME)
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.JSON_MERGE)
                .withFieldManager("argocd-server")
                .build(),
            "{\"spec\":" + spec + "}");
  }

  // --- Looks

  private String health() {
    return Health.of(live()).status();
  }

  private JsonNode live() {
    return live("MongoMigration", NAME);
  }

  private JsonNode live(JsonNode manifest) {
    return live(manifest.path("kind").asText(), manifest.at("/metadata/name").asText());
  }

  private JsonNode live(String kind, String name) {
    GenericKubernetesResource object =
        lab.admin
            .genericKubernetesResources("godwit.dev/v1alpha1", kind)
            .inNamespace(lab.namespace)
            .withName(name)
            .get();
    try {
      return JSON.readTree(JSON.writeValueAsBytes(object)); // numbers as they are read elsewhere
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static boolean hasFinalizerIfMigration(JsonNode object) {
    return !object.path("kind").asText().equals("MongoMigration")
        || !object.at("/metadata/finalizers").isEmpty();
  }

  private static JsonNode withoutManagers(JsonNode object) {
    ObjectNode copy = object.deepCopy();
    ((ObjectNode) copy.get("metadata")).remove("managedFields");
    return copy;
  }

  private static List<String> ownersOfSpec(JsonNode live) {
    List<String> owners = new ArrayList<>();
    for (JsonNode entry : live.at("/metadata/managedFields")) {
      if (entry.at("/fieldsV1").has("f:spec")) {
        owners.add(entry.path("manager").asText());
      }
    }
    return owners;
  }

  /// Where the live object is not what is written; fields that only the live one has (defaults) are
  /// no difference outside of lists. That is how Argo CD compares without the server's help.
  private static List<String> differences(
      JsonNode written, JsonNode live, String path, boolean inList) {
    List<String> found = new ArrayList<>();
    if (written.isObject() && live.isObject()) {
      written
          .properties()
          .forEach(
              field ->
                  found.addAll(
                      differences(
                          field.getValue(),
                          live.path(field.getKey()),
                          path + "." + field.getKey(),
                          inList)));
      live.properties()
          .forEach(
              field -> {
                if (inList && !written.has(field.getKey())) {
                  found.add("%s.%s was added".formatted(path, field.getKey()));
                }
              });
    } else if (written.isArray() && live.isArray() && written.size() == live.size()) {
      for (int i = 0; i < written.size(); i++) {
        found.addAll(differences(written.get(i), live.get(i), path + "[" + i + "]", true));
      }
    } else if (!written.equals(live)) {
      found.add("%s is %s, not %s".formatted(path, live, written));
    }
    return found;
  }

  private List<String> versionsOfCrds() {
    return Stream.of("mongomigrations.godwit.dev", "mongobackups.godwit.dev")
        .map(it -> lab.admin.apiextensions().v1().customResourceDefinitions().withName(it).get())
        .map(it -> it.getMetadata().getResourceVersion())
        .toList();
  }

  /// What carries Argo CD's label or annotation and is not in Git is pruned.
  private void assertNothingIsTakenForArgoCds() {
    List<HasMetadata> made = new ArrayList<>(lab.jobs());
    made.addAll(lab.backups());
    made.addAll(lab.admin.pods().inNamespace(lab.namespace).list().getItems());
    made.addAll(
        lab.admin
            .configMaps()
            .inNamespace(lab.namespace)
            .withLabel("app.kubernetes.io/managed-by", "godwit")
            .list()
            .getItems());
    assertThat(made).hasSizeGreaterThan(6);
    for (HasMetadata it : made) {
      Map<String, String> annotations = it.getMetadata().getAnnotations();
      assertThat(it.getMetadata().getLabels()).as("%s", it).doesNotContainKey(GitRepository.LABEL);
      assertThat(annotations == null ? Map.of() : annotations)
          .as("%s", it)
          .doesNotContainKey(GitRepository.ANNOTATION);
    }
  }
}
