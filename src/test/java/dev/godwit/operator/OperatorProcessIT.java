package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.testing.Cluster;
import dev.godwit.testing.Install;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The operator as it is shipped: its own process, the token of its own ServiceAccount, nothing
/// else.
class OperatorProcessIT {

  private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");
  private static final String SYSTEM = "godwit-system";
  private static final String LEASE = "godwit-operator";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final KubernetesClient admin = Cluster.admin();
  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir private Path folder;
  private String namespace;
  private ProcessBuilder builder;
  private Process operator;
  private int port;

  @BeforeEach
  void start() throws IOException {
    assumeThat(JAR).as("the packaged operator (mvnw package)").exists();
    Install.once();
    admin.leases().inNamespace(SYSTEM).withName(LEASE).delete();
    namespace = Cluster.newNamespace();
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx96m",
            "-jar",
            JAR.toAbsolutePath().toString());
    builder.environment().put("KUBECONFIG", kubeconfig().toString());
    builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
    builder.environment().put("GODWIT_WATCH_NAMESPACES", namespace);
    builder.environment().put("GODWIT_LEADER_ELECTION_LEASE_NAMESPACE", SYSTEM);
    builder.environment().put("GODWIT_LEADER_ELECTION_IDENTITY", "first");
    builder.environment().put("GODWIT_LEADER_ELECTION_LEASE_DURATION", "4s");
    builder.environment().put("GODWIT_LEADER_ELECTION_RENEW_DEADLINE", "2s");
    builder.environment().put("GODWIT_LEADER_ELECTION_RETRY_PERIOD", "500ms");
    builder.environment().put("GODWIT_RUNNER_IMAGE", "example.invalid/from-env:1");
    this.builder = builder.redirectErrorStream(true).redirectOutput(log().toFile());
    operator = this.builder.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (operator != null) {
      operator.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
      for (MongoMigration left :
          admin.resources(MongoMigration.class).inNamespace(namespace).list().getItems()) {
        admin
            .resource(left)
            .edit(
                it -> {
                  it.getMetadata().setFinalizers(null);
                  return it;
                });
      }
      admin.namespaces().withName(namespace).delete();
    }
  }

  @Test
  void becomesReadyAndWorksWithItsOwnAccount() throws IOException {
    awaitReady();
    admin.resource(Samples.migration(namespace, "shop-004", "004")).create();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        admin
                            .resources(MongoMigration.class)
                            .inNamespace(namespace)
                            .withName("shop-004")
                            .get()
                            .getStatus()
                            .phase())
                    .isEqualTo(MigrationPhase.Planning));
    assertThat(
            admin
                .batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .list()
                .getItems()
                .getFirst()
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getImage())
        .isEqualTo("example.invalid/from-env:1");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(get("/q/metrics"))
                    .contains("godwit_migrations{phase=\"Planning\"} 1.0"));
    assertThat(Files.readString(log())).doesNotContain("ERROR", "Forbidden", "MeterFilter");
  }

  @Test
  void endsWhenItLosesItsLease() throws IOException {
    awaitReady();
    await().atMost(PATIENCE).until(() -> "first".equals(lease().getSpec().getHolderIdentity()));
    steal();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(operator.isAlive()).as(Files.readString(log())).isFalse());
    assertThat(operator.exitValue()).isNotZero();
    assertThat(lease().getSpec().getHolderIdentity()).isEqualTo("second");
  }

  @Test
  void aStoppedLeaderReleasesItsLease() throws IOException, InterruptedException {
    awaitReady();
    admin.resource(Samples.migration(namespace, "shop-004", "004")).create();
    await().atMost(PATIENCE).until(() -> "first".equals(lease().getSpec().getHolderIdentity()));

    long stopped = System.nanoTime();
    operator.destroy();
    assertThat(operator.waitFor(20, TimeUnit.SECONDS)).as(Files.readString(log())).isTrue();

    System.out.printf(
        "stopped within %d ms%n", Duration.ofNanos(System.nanoTime() - stopped).toMillis());
    assertThat(lease().getSpec().getHolderIdentity()).as(Files.readString(log())).isNullOrEmpty();
    assertThat(Files.readString(log())).contains("released the lease").doesNotContain("ERROR");
  }

  @Test
  void aStoppedOperatorLeavesTheLeaseOfAnother() throws IOException, InterruptedException {
    awaitReady();
    await().atMost(PATIENCE).until(() -> "first".equals(lease().getSpec().getHolderIdentity()));
    builder.environment().put("GODWIT_LEADER_ELECTION_IDENTITY", "second");
    builder.environment().put("QUARKUS_HTTP_PORT", "0");
    Path other = folder.resolve("other.log");
    Process waiting = builder.redirectOutput(other.toFile()).start();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(Files.readString(other)).contains("Listening on"));

    waiting.destroy();
    assertThat(waiting.waitFor(20, TimeUnit.SECONDS)).as(Files.readString(other)).isTrue();

    assertThat(lease().getSpec().getHolderIdentity()).isEqualTo("first");
    assertThat(operator.isAlive()).as(Files.readString(log())).isTrue();
  }

  private Lease lease() {
    return admin.leases().inNamespace(SYSTEM).withName(LEASE).get();
  }

  private void steal() {
    admin
        .leases()
        .inNamespace(SYSTEM)
        .withName(LEASE)
        .edit(
            lease -> {
              lease.getSpec().setHolderIdentity("second");
              lease.getSpec().setRenewTime(ZonedDateTime.now(ZoneOffset.UTC));
              return lease;
            });
  }

  private void awaitReady() throws IOException {
    try {
      await().atMost(PATIENCE).until(() -> get("/q/health/ready").contains("\"status\": \"UP\""));
    } catch (RuntimeException notReady) {
      throw new AssertionError(Files.readString(log()), notReady);
    }
  }

  private String get(String path) {
    try {
      return http.send(
              HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException notYet) {
      return "";
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private Path log() {
    return folder.resolve("operator.log");
  }

  /// The administrator's kubeconfig with the account's token in place of the administrator's key.
  private Path kubeconfig() throws IOException {
    String token =
        admin
            .serviceAccounts()
            .inNamespace(SYSTEM)
            .withName("godwit-operator")
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(3600L)
                    .endSpec()
                    .build())
            .getStatus()
            .getToken();
    String yaml =
        """
        apiVersion: v1
        kind: Config
        current-context: it
        contexts: [{name: it, context: {cluster: it, user: it}}]
        clusters: [{name: it, cluster: {server: "%s", certificate-authority-data: "%s"}}]
        users: [{name: it, user: {token: "%s"}}]
        """
            .formatted(
                admin.getConfiguration().getMasterUrl(),
                admin.getConfiguration().getCaCertData(),
                token);
    return Files.writeString(folder.resolve("kubeconfig"), yaml);
  }
}
