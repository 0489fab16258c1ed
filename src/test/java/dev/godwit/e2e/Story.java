package dev.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.api.v1alpha1.Progress;
import dev.godwit.testing.Cluster;
import dev.godwit.testing.GodwitInCluster;
import dev.godwit.testing.MongoServer;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The stage of one story: Godwit on a cluster; a namespace with the restricted Pod Security
/// Standard, a Secret and a volume for backups in it; an empty database. When a story fails, all
/// that a person would ask the cluster for is printed.
final class Story implements BeforeEachCallback, AfterEachCallback {

  static final String SECRET = "mongodb";
  static final String CLAIM = "backups";

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration BEAT = Duration.ofMillis(200);
  private static final String VOLUMES = "/var/lib/godwit-e2e/";

  private final KubernetesClient client = Cluster.admin();
  private String namespace;
  private MongoDatabase database;

  @Override
  public void beforeEach(ExtensionContext context) {
    GodwitInCluster.start();
    namespace = "story-" + UUID.randomUUID().toString().substring(0, 8);
    database = MongoServer.newDatabase();
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(namespace)
                .withLabels(Map.of("pod-security.kubernetes.io/enforce", "restricted"))
                .endMetadata()
                .build())
        .create();
    createSecret();
    createVolume();
    Figures.begin(context);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    context
        .getExecutionException()
        .ifPresent(failure -> System.out.println(Diagnosis.of(namespace, failure)));
    Figures.end(namespace, context.getExecutionException().isEmpty());
    client.namespaces().withName(namespace).delete();
    client.persistentVolumes().withName(namespace).delete();
    database.drop();
  }

  String namespace() {
    return namespace;
  }

  MongoDatabase database() {
    return database;
  }

  // --- What a person writes

  /// A manifest for this story's database, with a backup.
  ///
  /// @param rest the other fields of `spec`
  String manifest(String name, String version, String rest) {
    return manifest(
        name,
        version,
        "backup: {storage: {persistentVolumeClaim: {claimName: " + CLAIM + "}}}",
        rest);
  }

  /// A manifest with a `backup` of its own.
  String manifest(String name, String version, String backup, String rest) {
    return """
    apiVersion: godwit.dev/v1alpha1
    kind: MongoMigration
    metadata: {name: %s, namespace: %s}
    spec:
      version: "%s"
      target: {secretRef: {name: %s}, database: %s}
    """
            .formatted(name, namespace, version, SECRET, database.getName())
        + (backup + "\n" + rest).indent(2);
  }

  /// Applies as `kubectl apply --server-side` does, which validates strictly.
  ///
  /// @throws KubernetesClientException when the API server refuses it
  void apply(String yaml) {
    Figures.applied();
    client
        .resource(Serialization.unmarshal(yaml, GenericKubernetesResource.class))
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("story")
                .withForce(true)
                .withFieldValidation("Strict")
                .build());
  }

  /// Why the API server refuses a manifest that `kubectl create` sends.
  String refusal(String yaml) {
    try {
      client
          .resource(Serialization.unmarshal(yaml, GenericKubernetesResource.class))
          .fieldValidation(FieldValidateable.Validation.STRICT)
          .create();
    } catch (KubernetesClientException refused) {
      return refused.getMessage();
    }
    throw new AssertionError("the API server took what it should refuse:\n" + yaml);
  }

  void createSecret() {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(SECRET)
                .withNamespace(namespace)
                .endMetadata()
                .withStringData(Map.of("uri", MongoServer.uriFromPods()))
                .build())
        .create();
  }

  void deleteSecret() {
    client.secrets().inNamespace(namespace).withName(SECRET).delete();
  }

  private void createVolume() {
    GodwitInCluster.inNode("mkdir -p " + VOLUMES + namespace);
    String node = client.nodes().list().getItems().getFirst().getMetadata().getName();
    client
        .load(
            new java.io.ByteArrayInputStream(
                """
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: %1$s}
                spec:
                  storageClassName: godwit-e2e
                  capacity: {storage: 1Gi}
                  accessModes: [ReadWriteOnce]
                  persistentVolumeReclaimPolicy: Retain
                  local: {path: %2$s}
                  claimRef: {name: %3$s, namespace: %1$s}
                  nodeAffinity:
                    required:
                      nodeSelectorTerms:
                      - matchExpressions:
                        - {key: kubernetes.io/hostname, operator: In, values: [%4$s]}
                ---
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: %3$s, namespace: %1$s}
                spec:
                  storageClassName: godwit-e2e
                  volumeName: %1$s
                  accessModes: [ReadWriteOnce]
                  resources: {requests: {storage: 1Gi}}
                """
                    .formatted(namespace, VOLUMES + namespace, CLAIM, node)
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .create();
    client
        .resources(PersistentVolumeClaim.class)
        .inNamespace(namespace)
        .withName(CLAIM)
        .waitUntilCondition(
            claim -> claim.getStatus() != null && "Bound".equals(claim.getStatus().getPhase()),
            30,
            java.util.concurrent.TimeUnit.SECONDS);
  }

  /// The files on the volume for backups, relative to it.
  List<String> backupFiles() {
    return GodwitInCluster.inNode("cd " + VOLUMES + namespace + " && find . -type f")
        .lines()
        .map(line -> line.substring(2))
        .sorted()
        .toList();
  }

  // --- What a person sees

  Resource<MongoMigration> resource(String name) {
    return client.resources(MongoMigration.class).inNamespace(namespace).withName(name);
  }

  MongoMigrationStatus status(String name) {
    return Optional.ofNullable(resource(name).get())
        .map(MongoMigration::getStatus)
        .orElse(MongoMigrationStatus.NEW);
  }

  /// Waits for a phase; another end than that fails at once.
  MongoMigrationStatus awaitPhase(String name, MigrationPhase phase) {
    return await(
        name,
        "phase " + phase,
        status -> {
          if (status.phase() != phase
              && status.phase() != null
              && status.phase().isTerminal()
              && Objectives.isSettled(resource(name).get())) {
            throw new AssertionError(
                "%s is %s instead of %s: %s"
                    .formatted(name, status.phase(), phase, status.message()));
          }
          return status.phase() == phase;
        });
  }

  MongoMigrationStatus await(String name, String what, Predicate<MongoMigrationStatus> condition) {
    return await(name, what, PATIENCE, condition);
  }

  MongoMigrationStatus await(
      String name, String what, Duration patience, Predicate<MongoMigrationStatus> condition) {
    return Awaitility.await(name + ": " + what)
        .atMost(patience)
        .pollInterval(BEAT)
        .pollDelay(Duration.ZERO)
        .until(() -> status(name), condition);
  }

  /// Waits for something else than a status.
  void awaitThat(String what, java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await(what)
        .atMost(PATIENCE)
        .pollInterval(BEAT)
        .pollDelay(Duration.ZERO)
        .until(condition);
  }

  /// A condition by its type.
  static Optional<Condition> condition(MongoMigrationStatus status, String type) {
    return status.conditions() == null
        ? Optional.empty()
        : status.conditions().stream().filter(it -> it.getType().equals(type)).findFirst();
  }

  /// Asserts the status of a condition.
  ///
  /// @return the condition
  static Condition assertCondition(MongoMigrationStatus status, String type, String value) {
    Optional<Condition> condition = condition(status, type);
    assertThat(condition).as("condition " + type).isPresent();
    assertThat(condition.get().getStatus()).as("condition " + type).isEqualTo(value);
    assertThat(condition.get().getObservedGeneration()).isEqualTo(status.observedGeneration());
    return condition.get();
  }

  /// Place and share of the work: `2/3 64%`.
  static String describe(Progress progress) {
    return progress == null ? "" : progress.position() + " " + progress.done();
  }

  List<MongoBackup> backups() {
    return client.resources(MongoBackup.class).inNamespace(namespace).list().getItems();
  }

  /// The Jobs that run a command, e.g. `apply`.
  List<Job> jobs(String command) {
    return client
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withLabel("app.kubernetes.io/component", command)
        .list()
        .getItems();
  }

  /// The pods that run a command, the oldest first.
  List<Pod> pods(String command) {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabel("app.kubernetes.io/component", command)
        .list()
        .getItems()
        .stream()
        .sorted(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()))
        .toList();
  }

  /// The pod that runs a command now.
  Optional<Pod> runningPod(String command) {
    return pods(command).stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(pod -> "Running".equals(pod.getStatus().getPhase()))
        .findFirst();
  }

  /// What was told about a resource, in order: `Normal PlanReady: …`.
  List<String> events(String name) {
    return client
        .v1()
        .events()
        .inNamespace(namespace)
        .withField("involvedObject.name", name)
        .list()
        .getItems()
        .stream()
        .sorted(
            Comparator.comparing(Event::getLastTimestamp)
                .thenComparing(event -> Long.parseLong(event.getMetadata().getResourceVersion())))
        .map(event -> event.getType() + " " + event.getReason() + ": " + event.getMessage())
        .toList();
  }

  /// The reasons of [events(String)], each once.
  List<String> reasons(String name) {
    return events(name).stream()
        .map(event -> event.substring(event.indexOf(' ') + 1, event.indexOf(':')))
        .distinct()
        .toList();
  }
}
