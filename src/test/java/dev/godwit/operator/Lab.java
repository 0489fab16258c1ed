package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.operator.metrics.GodwitMetrics;
import dev.godwit.operator.metrics.Leadership;
import dev.godwit.operator.resource.Marks;
import dev.godwit.testing.Cluster;
import dev.godwit.testing.Exposition;
import dev.godwit.testing.Install;
import dev.godwit.testing.Leftovers;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.OperatorException;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A namespace with the operator at work in it, with the rights of `deploy/install.yaml`. API
/// server and controllers are real; the test plays the kubelet: the Jobs' pods ask for a node that
/// does not exist, and the test says how they run and end.
final class Lab implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NOWHERE = "godwit.dev/nowhere";

  final String namespace;
  final KubernetesClient admin = Cluster.admin();
  final Conflicts conflicts = new Conflicts();
  private final RunnerConfig config;
  private final Defaults defaults;
  private final PodLogs logs = new PodLogs();
  private KubernetesClient client;
  private Operator operator;
  private PrometheusMeterRegistry registry;

  Lab(RunnerConfig config, Defaults defaults) {
    Install.once();
    this.config = config;
    this.defaults = defaults;
    namespace = Cluster.newNamespace();
    start();
  }

  Lab(RunnerConfig config) {
    this(config, Defaults.BUILT_IN);
  }

  Lab() {
    this(TestConfig.DEFAULT);
  }

  // --- The operator

  void start() {
    client =
        Cluster.asOperator(
            http -> {
              logs.answer(http);
              conflicts.meddle(http);
            });
    registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    GodwitMetrics metrics =
        new GodwitMetrics(registry, registry.getPrometheusRegistry(), new Leadership(true), "test");
    JobSlots slots = new JobSlots(config.maxConcurrentJobs(), Clock.systemUTC());
    operator =
        new Operator(
            it ->
                it.withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .checkingCRDAndValidateLocalModel(false)
                    .withReconciliationTerminationTimeout(Duration.ofSeconds(5)));
    operator.register(
        new MongoMigrationReconciler(client, config, defaults, metrics, slots, Clock.systemUTC()),
        it -> it.settingNamespace(namespace));
    operator.register(
        new MongoBackupReconciler(client, config, defaults, metrics, slots, Clock.systemUTC()),
        it -> it.settingNamespace(namespace));
    operator.register(
        new MongoRestoreReconciler(client, config, defaults, metrics, slots, Clock.systemUTC()),
        it -> it.settingNamespace(namespace));
    operator.register(
        new MongoBackupScheduleReconciler(
            client, config, defaults, metrics, slots, Clock.systemUTC()),
        it -> it.settingNamespace(namespace));
    try {
      operator.start();
    } catch (OperatorException failed) {
      throw new AssertionError(
          Stream.<Throwable>iterate(failed, Objects::nonNull, Throwable::getCause)
              .map(Throwable::toString)
              .collect(Collectors.joining(", because of ")),
          failed);
    }
  }

  void stop() {
    Leftovers.stop(operator);
    client.close();
  }

  void restart() {
    stop();
    start();
  }

  @Override
  public void close() {
    stop();
    logs.close();
    Stream.of(MongoMigration.class, MongoRestore.class, MongoBackup.class)
        .flatMap(kind -> admin.resources(kind).inNamespace(namespace).list().getItems().stream())
        .filter(it -> !it.getMetadata().getFinalizers().isEmpty())
        .forEach(this::release);
    admin.namespaces().withName(namespace).delete();
  }

  private void release(HasMetadata resource) {
    admin
        .resource(resource)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
  }

  // --- Resources

  /// Creates a migration whose pods no node takes.
  MongoMigration create(MongoMigration migration) {
    MongoMigration created = admin.resource(nowhere(migration)).create();
    return created;
  }

  private static MongoMigration nowhere(MongoMigration migration) {
    var json = JSON.valueToTree(migration);
    ((com.fasterxml.jackson.databind.node.ObjectNode) json.get("spec"))
        .withObject("/job")
        .withObject("/nodeSelector")
        .put(NOWHERE, "true");
    try {
      return JSON.treeToValue(json, MongoMigration.class);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  MongoMigration get(String name) {
    return admin.resources(MongoMigration.class).inNamespace(namespace).withName(name).get();
  }

  /// Sets a field of the spec as `kubectl patch` does.
  void patch(String name, String spec) {
    admin
        .resources(MongoMigration.class)
        .inNamespace(namespace)
        .withName(name)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":" + spec + "}");
  }

  MongoMigration awaitPhase(String name, MigrationPhase phase) {
    return awaitMigration(name, it -> it.getStatus() != null && it.getStatus().phase() == phase);
  }

  MongoMigration awaitMigration(String name, Predicate<MongoMigration> holds) {
    return await("migration " + name)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> get(name), it -> it != null && holds.test(it));
  }

  List<MongoBackup> backups() {
    return admin.resources(MongoBackup.class).inNamespace(namespace).list().getItems();
  }

  List<Job> jobs() {
    return admin.batch().v1().jobs().inNamespace(namespace).list().getItems();
  }

  /// Jobs that run a command, whatever they belong to.
  List<Job> jobs(String command) {
    return jobs().stream()
        .filter(
            job -> command.equals(job.getMetadata().getLabels().get("app.kubernetes.io/component")))
        .toList();
  }

  List<Job> jobsOf(HasMetadata owner, String command) {
    return jobs(command).stream().filter(job -> Marks.isOwnedBy(job, owner)).toList();
  }

  List<Event> events(String reason) {
    return admin.v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(it -> reason.equals(it.getReason()))
        .toList();
  }

  // --- The kubelet

  /// Waits for the newest pod of the only Job with this command.
  Pod awaitPod(String command) {
    return await("pod of the " + command + " Job")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () ->
                admin
                    .pods()
                    .inNamespace(namespace)
                    .withLabel("app.kubernetes.io/component", command)
                    .list()
                    .getItems()
                    .stream()
                    .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                    .filter(pod -> "Pending".equals(pod.getStatus().getPhase()))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /// The pod runs.
  void run(Pod pod) {
    status(
        pod,
        "Running",
        new ContainerStateBuilder()
            .withNewRunning()
            .withStartedAt(Instant.now().toString())
            .endRunning()
            .build());
  }

  /// The pod prints a line of progress.
  void says(Pod pod, RunProgress progress) {
    logs.put(namespace, pod.getMetadata().getName(), write(progress));
  }

  /// The next pod of the Job with this command runs, and ends with this result.
  void ends(String command, RunResult result) {
    Pod pod = awaitPod(command);
    run(pod);
    end(pod, result.verdict().exitCode(), json(result));
  }

  /// The pod ends.
  void end(Pod pod, int exitCode, String message) {
    status(
        pod,
        exitCode == 0 ? "Succeeded" : "Failed",
        new ContainerStateBuilder()
            .withNewTerminated()
            .withExitCode(exitCode)
            .withMessage(message)
            .withStartedAt(Instant.now().toString())
            .withFinishedAt(Instant.now().toString())
            .withReason(exitCode == 0 ? "Completed" : "Error")
            .endTerminated()
            .build());
  }

  /// A merge patch without resourceVersion: scheduler and Job controller write on the pod too.
  private void status(Pod pod, String phase, ContainerState state) {
    PodStatus status =
        new PodStatusBuilder()
            .withPhase(phase)
            .addNewContainerStatus()
            .withName("runner")
            .withImage("none")
            .withImageID("none")
            .withReady(false)
            .withRestartCount(0)
            .withState(state)
            .endContainerStatus()
            .build();
    admin
        .pods()
        .inNamespace(namespace)
        .withName(pod.getMetadata().getName())
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":" + write(status) + "}");
  }

  static String json(RunResult result) {
    return write(result);
  }

  private static String write(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  // --- Looks

  /// What this operator's metrics endpoint would serve.
  Exposition scrape() {
    return Exposition.parse(registry.scrape());
  }

  static String condition(MongoMigration migration, String type) {
    return migration.getStatus().conditions().stream()
        .filter(it -> type.equals(it.getType()))
        .map(it -> it.getStatus())
        .findFirst()
        .orElse(null);
  }

  void assertOneJobOfEachKind() {
    for (String command : List.of("plan", "apply", "rollback", "backup", "verdict", "restore")) {
      assertThat(jobs(command)).as(command).hasSizeLessThanOrEqualTo(1);
    }
  }
}
