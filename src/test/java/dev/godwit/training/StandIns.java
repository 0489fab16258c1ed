package dev.godwit.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// What an operator and a runner need around them, and both of them started in it.
final class StandIns implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final ApiPath MIGRATIONS =
      new ApiPath("/apis/godwit.dev/v1alpha1", "training", "mongomigrations", null);
  private static final ApiPath BACKUPS =
      new ApiPath("/apis/godwit.dev/v1alpha1", "training", "mongobackups", null);

  private static final ApiPath JOBS = new ApiPath("/apis/batch/v1", "training", "jobs", null);

  private final Path folder = Files.createTempDirectory("godwit-training");
  private final SelfSigned identity = SelfSigned.in(folder);
  private final MongoStandIn database = new MongoStandIn();
  private final Path token = Files.writeString(folder.resolve("token"), "training");
  private ApiStandIn api;
  private int port;

  StandIns() throws IOException, InterruptedException {}

  @Override
  public void close() throws IOException {
    database.close();
    if (api != null) {
      api.close();
    }
  }

  /// Starts an operator before a migration and a backup that it has never seen.
  ///
  /// @param arguments what follows `java`
  Process operator(List<String> arguments) throws IOException {
    if (api != null) {
      api.close();
    }
    api = new ApiStandIn(identity);
    api.create(MIGRATIONS, resource("migration.yaml"));
    api.create(BACKUPS, resource("backup.yaml"));
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    return start(
        arguments,
        Map.of(
            "KUBERNETES_MASTER", "https://localhost:" + api.port(),
            "KUBERNETES_CERTS_CA_FILE", identity.certificate().toString(),
            "KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN", token.toString(),
            "KUBECONFIG", folder.resolve("none").toString(),
            "GODWIT_LEADER_ELECTION_LEASE_NAMESPACE", "training",
            "GODWIT_LEADER_ELECTION_IDENTITY", "training",
            "QUARKUS_HTTP_PORT", Integer.toString(port)));
  }

  /// Waits until the operator says that it is ready.
  void awaitReady(Process operator) throws IOException {
    await("the operator to be ready", operator, this::isReady);
  }

  /// Waits until the operator has started a Job for the migration and one for the backup, and has
  /// said so in their status.
  void awaitWork(Process operator) throws IOException {
    await(
        "the operator to work",
        operator,
        () ->
            api.count(JOBS) == 2
                && api.first(MIGRATIONS).has("status")
                && api.first(BACKUPS).has("status"));
  }

  private boolean isReady() {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + port + "/q/health/ready").toURL().openConnection();
      return connection.getResponseCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  private void await(String what, Process process, BooleanSupplier done) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!done.getAsBoolean()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IOException("waited in vain for " + what + "\n" + output());
      }
      java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
    }
  }

  /// Starts a runner that plans a migration.
  ///
  /// @param arguments what follows `java`, up to the main class
  Process runner(List<String> arguments) throws IOException {
    return runner(arguments, resource("migration.yaml"));
  }

  /// Starts a runner that does one after the other what Jobs and people let it do.
  ///
  /// @param arguments what follows `java`, up to the main class
  Process trainedRunner(List<String> arguments) throws IOException {
    Path manifest = folder.resolve("migration.yaml");
    YAML.writeValue(manifest.toFile(), resource("migration.yaml"));
    String uri = Files.writeString(folder.resolve("uri"), database.uri()).toString();
    String result = folder.resolve("result").toString();
    String storage =
        " --backup-dir %s --location trained -d training --uri-file %s"
            .formatted(Files.createTempDirectory(folder, "backups"), uri);
    String commands =
        String.join(
            "\n",
            jobPlan(manifest, uri, result).replace(' ', '\n'),
            "",
            "status -f %s --uri-file %s".formatted(manifest, uri).replace(' ', '\n'),
            "",
            "up --no-backup -f %s --uri-file %s".formatted(manifest, uri).replace(' ', '\n'),
            "",
            ("backup" + storage).replace(' ', '\n'),
            "",
            ("restore --overwrite --yes" + storage).replace(' ', '\n'));
    List<String> all = new ArrayList<>(arguments);
    all.addAll(
        List.of(
            "job", "train", Files.writeString(folder.resolve("commands"), commands).toString()));
    return start(all, Map.of());
  }

  private static String jobPlan(Path manifest, String uri, String result) {
    return "job plan --manifest %s --uri-file %s --termination-log %s"
        .formatted(manifest, uri, result);
  }

  /// Starts a runner with a manifest that it refuses as soon as it has read it.
  Process refusingRunner(List<String> arguments) throws IOException {
    ObjectNode manifest = resource("migration.yaml");
    manifest.withObject("/spec").putArray("steps");
    return runner(arguments, manifest);
  }

  private Process runner(List<String> arguments, ObjectNode object) throws IOException {
    Path manifest = folder.resolve("migration.yaml");
    YAML.writeValue(manifest.toFile(), object);
    String uri = Files.writeString(folder.resolve("uri"), database.uri()).toString();
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of(jobPlan(manifest, uri, folder.resolve("result").toString()).split(" ")));
    return start(all, Map.of());
  }

  /// Starts `java` of this very runtime.
  private Process start(List<String> arguments, Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return builder
        .redirectOutput(folder.resolve("output").toFile())
        .redirectErrorStream(true)
        .start();
  }

  /// What the latest process has printed.
  String output() throws IOException {
    return Files.readString(folder.resolve("output"));
  }

  private static ObjectNode resource(String name) throws IOException {
    try (InputStream in = StandIns.class.getResourceAsStream(name)) {
      return (ObjectNode) YAML.readTree(in);
    }
  }
}
