package dev.godwit.fault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.operator.Defaults;
import dev.godwit.testing.Cluster;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// What the operator costs: `make bench-operator`. Its shipped process, with the rights of its
/// account, works on many migrations; the Jobs' controller and runners are the test's and answer at
/// once. Prints memory, writes a migration, the time from a migration to its first Job beside that
/// of a bare Job, and what a restart writes.
final class OperatorBench {

  private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient admin = Cluster.admin();
  private final String namespace = Stage.newNamespace();
  private final Map<String, ModelDatabase> databases = new ConcurrentHashMap<>();
  private final Map<String, Long> seen = new ConcurrentHashMap<>();
  private final Set<String> succeeded = ConcurrentHashMap.newKeySet();
  private final Path folder;
  private final int singles;

  private OperatorBench(Path folder, int singles) {
    this.folder = folder;
    this.singles = singles;
  }

  /// @param args how many migrations at once; how many one after the other, for their latency
  public static void main(String[] args) throws Exception {
    int migrations = args.length > 0 ? Integer.parseInt(args[0].replace("_", "")) : 1000;
    if (!Files.exists(JAR)) {
      throw new IllegalStateException("no packaged operator: run ./mvnw package -DskipTests");
    }
    int singles = args.length > 1 ? Integer.parseInt(args[1]) : 100;
    new OperatorBench(Files.createTempDirectory("operator-bench"), singles).run(migrations);
    System.exit(0);
  }

  private void run(int migrations) throws Exception {
    try (Node node = new Node(admin, namespace, this::answer);
        SharedIndexInformer<Job> jobs =
            admin.batch().v1().jobs().inNamespace(namespace).inform(new Jobs());
        SharedIndexInformer<MongoMigration> migrated =
            admin.resources(MongoMigration.class).inNamespace(namespace).inform(new Migrations())) {
      ApiProxy proxy = proxy();
      Process operator = start(proxy);
      System.out.printf(
          "machine: %d processors, load %.1f%nidle: %s%n",
          Runtime.getRuntime().availableProcessors(),
          ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
          memory(operator));
      latency();
      int before = proxy.writes().size();
      long start = System.nanoTime();
      for (int i = 0; i < migrations; i++) {
        create("many-%04d".formatted(i));
      }
      awaitSucceeded(singles + migrations);
      long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
      System.out.printf(
          "%d migrations in %d s: %s, %.1f writes a migration%n",
          migrations,
          seconds,
          memory(operator),
          (proxy.writes().size() - before) / (double) migrations);
      kinds(proxy.writes().subList(before, proxy.writes().size()), migrations);
      operator.destroy();
      operator.waitFor(30, TimeUnit.SECONDS);
      ApiProxy after = proxy();
      Process again = start(after);
      TimeUnit.SECONDS.sleep(60);
      System.out.printf(
          "restart with %d finished migrations: %d writes in a minute %s, %s%n",
          singles + migrations,
          after.writes().size(),
          after.writes().stream().map(Write::point).limit(5).toList(),
          memory(again));
      again.destroy();
      System.out.println("node: " + node.problems());
    } finally {
      admin.namespaces().withName(namespace).delete();
    }
  }

  private static void kinds(List<Write> writes, int migrations) {
    writes.stream()
        .collect(Collectors.groupingBy(Write::kind, TreeMap::new, Collectors.counting()))
        .forEach(
            (kind, count) -> System.out.printf("  %.2f %s%n", count / (double) migrations, kind));
  }

  private Optional<Runner.End> answer(Job job, String command, JsonNode manifest) {
    String database = manifest.path("spec").path("target").path("database").asText();
    return databases
        .computeIfAbsent(database, it -> new ModelDatabase(true, false))
        .run(job, command, manifest);
  }

  // --- From a migration to its Job

  private void latency() throws InterruptedException {
    List<Long> bare = new ArrayList<>();
    List<Long> ours = new ArrayList<>();
    for (int i = 0; i < singles; i++) {
      Job job = bareJob("bare-" + i);
      long start = System.nanoTime();
      admin.resource(job).create();
      bare.add(awaitJob("bare-" + i) - start);
      start = System.nanoTime();
      create("one-%03d".formatted(i));
      ours.add(awaitJob("one-%03d-plan".formatted(i)) - start);
      awaitSucceeded(i + 1);
    }
    print("a bare Job, created and seen", bare);
    print("a migration, created, its Job seen", ours);
  }

  /// By the nearest rank. The first one meets a process that has done nothing yet.
  private static void print(String what, List<Long> nanos) {
    List<Long> sorted = nanos.stream().sorted().toList();
    System.out.printf(
        "%s: p50 %d ms, p99 %d ms, slowest %d ms, first %d ms%n",
        what,
        ranked(sorted, 50) / 1_000_000,
        ranked(sorted, 99) / 1_000_000,
        sorted.getLast() / 1_000_000,
        nanos.getFirst() / 1_000_000);
  }

  private static long ranked(List<Long> sorted, int percent) {
    return sorted.get(Math.max(0, (sorted.size() * percent + 99) / 100 - 1));
  }

  private long awaitJob(String prefix) throws InterruptedException {
    while (true) {
      for (Map.Entry<String, Long> it : seen.entrySet()) {
        if (it.getKey().startsWith(prefix)) {
          seen.clear();
          return it.getValue();
        }
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  /// Suspended, so that nobody starts it.
  private Job bareJob(String name) {
    return new JobBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .addToLabels("app.kubernetes.io/component", "none")
        .endMetadata()
        .withNewSpec()
        .withManagedBy(Node.CONTROLLER)
        .withSuspend(true)
        .withNewTemplate()
        .withNewSpec()
        .withRestartPolicy("Never")
        .addNewContainer()
        .withName("none")
        .withImage("none")
        .withResources(Defaults.BUILT_IN.job().resources())
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private final class Jobs implements ResourceEventHandler<Job> {

    @Override
    public void onAdd(Job job) {
      seen.put(job.getMetadata().getName(), System.nanoTime());
    }

    @Override
    public void onUpdate(Job before, Job job) {}

    @Override
    public void onDelete(Job job, boolean unknown) {}
  }

  // --- Migrations

  private void create(String name) {
    ObjectNode json = JSON.valueToTree(Samples.migration(namespace, name, "1"));
    json.withObject("/spec/target").put("database", name);
    try {
      admin.resource(JSON.treeToValue(json, MongoMigration.class)).create();
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void awaitSucceeded(int number) throws InterruptedException {
    while (succeeded.size() < number) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /// By a watch: lists of a thousand would keep the API server busy with the benchmark.
  private final class Migrations implements ResourceEventHandler<MongoMigration> {

    @Override
    public void onAdd(MongoMigration migration) {}

    @Override
    public void onUpdate(MongoMigration before, MongoMigration migration) {
      if (migration.getStatus().phase() == MigrationPhase.Succeeded) {
        succeeded.add(migration.getMetadata().getName());
      }
    }

    @Override
    public void onDelete(MongoMigration migration, boolean unknown) {}
  }

  // --- The process

  /// The account's token passes; the proxy shows no certificate.
  private ApiProxy proxy() {
    Config config = admin.getConfiguration();
    return new ApiProxy(
        new ConfigBuilder(Config.empty())
            .withMasterUrl(config.getMasterUrl())
            .withCaCertData(config.getCaCertData())
            .build(),
        write -> null);
  }

  /// With the chart's options: 35% of its limit of 320 MiB is the heap. The image's AOT cache is
  /// missing.
  private Process start(ApiProxy proxy) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseCompactObjectHeaders",
            "-Xmx112m",
            "-XX:MaxNewSize=32m",
            "-XX:MinHeapFreeRatio=10",
            "-XX:MaxHeapFreeRatio=25",
            "-jar",
            JAR.toAbsolutePath().toString());
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    builder.environment().put("KUBECONFIG", kubeconfig(proxy).toString());
    builder.environment().put("QUARKUS_HTTP_PORT", "0");
    builder.environment().put("GODWIT_WATCH_NAMESPACES", namespace);
    builder.environment().put("GODWIT_LEADER_ELECTION_LEASE_NAMESPACE", "godwit-system");
    Path log = folder.resolve("operator.log");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    while (!Files.readString(log).contains("Listening on")) {
      if (!process.isAlive()) {
        throw new IllegalStateException(Files.readString(log));
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    TimeUnit.SECONDS.sleep(5);
    return process;
  }

  private Path kubeconfig(ApiProxy proxy) throws IOException {
    String token =
        admin
            .serviceAccounts()
            .inNamespace("godwit-system")
            .withName("godwit-operator")
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(7200L)
                    .endSpec()
                    .build())
            .getStatus()
            .getToken();
    return Files.writeString(
        folder.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        current-context: it
        contexts: [{name: it, context: {cluster: it, user: it}}]
        clusters: [{name: it, cluster: {server: "%s"}}]
        users: [{name: it, user: {token: "%s"}}]
        """
            .formatted(proxy.url(), token));
  }

  private static String memory(Process process) throws IOException {
    return Files.readAllLines(Path.of("/proc/%d/status".formatted(process.pid()))).stream()
        .filter(line -> line.startsWith("VmRSS") || line.startsWith("VmHWM"))
        .map(line -> line.replaceAll("\\s+", " "))
        .collect(Collectors.joining(", "));
  }
}
