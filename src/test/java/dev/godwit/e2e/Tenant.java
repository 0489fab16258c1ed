package dev.godwit.e2e;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.OwnCluster;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/// A team's namespace on a cluster of one's own: restricted pods, a Secret with the connection
/// string, a claim for backups, a database of its own.
final class Tenant {

  static final String SECRET = "mongodb";
  static final String CLAIM = "backups";

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final OwnCluster cluster;
  private final String namespace;
  private final MongoDatabase database;

  /// Creates the namespace with all that is in it.
  Tenant(OwnCluster cluster, String namespace, MongoDatabase database) {
    this(cluster, namespace, database, SECRET);
  }

  /// @param secret name of the Secret with the connection string
  Tenant(OwnCluster cluster, String namespace, MongoDatabase database, String secret) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.database = database;
    apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: %1$s, labels: {pod-security.kubernetes.io/enforce: restricted}}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: %2$s, namespace: %1$s}
        stringData: {uri: "%3$s"}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: %4$s, namespace: %1$s}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        """
            .formatted(namespace, secret, MongoServer.uriFromPods(), CLAIM));
  }

  MongoDatabase database() {
    return database;
  }

  /// Applies manifests as they are.
  void apply(String yaml) {
    cluster
        .admin()
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .serverSideApply();
  }

  /// Counts visits, in batches with a pause between them.
  ///
  /// @param pause a Go duration
  void migrate(String name, String version, String pause) {
    apply(
        """
        apiVersion: godwit.dev/v1alpha1
        kind: MongoMigration
        metadata: {name: %s, namespace: %s}
        spec:
          version: "%s"
          target: {secretRef: {name: %s}, database: %s}
          steps:
          - name: visit
            update: {collection: users, update: '{ $inc: { visits: 1 } }'}
          batches: {size: 500, pause: %s}
          verify:
            checks: [{name: nothing-lost, countUnchanged: {collection: users}}]
        """
            .formatted(name, namespace, version, SECRET, database.getName(), pause));
  }

  MongoMigrationStatus status(String name) {
    return Optional.ofNullable(migrations().withName(name).get())
        .map(MongoMigration::getStatus)
        .orElse(MongoMigrationStatus.NEW);
  }

  MongoMigrationStatus awaitPhase(String name, MigrationPhase phase) {
    return await(
        name,
        "phase " + phase,
        status -> {
          if (status.phase() != phase && status.phase() != null && status.phase().isTerminal()) {
            throw new AssertionError(
                "%s is %s instead of %s: %s"
                    .formatted(name, status.phase(), phase, status.message()));
          }
          return status.phase() == phase;
        });
  }

  MongoMigrationStatus await(String name, String what, Predicate<MongoMigrationStatus> condition) {
    return Awaitility.await(name + ": " + what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> status(name), condition);
  }

  /// The pods that ran or run a command of this namespace's Jobs.
  List<Pod> pods(String command) {
    return cluster
        .admin()
        .pods()
        .inNamespace(namespace)
        .withLabel("app.kubernetes.io/component", command)
        .list()
        .getItems();
  }

  NonNamespaceOperation<
          MongoMigration, ?, ? extends io.fabric8.kubernetes.client.dsl.Resource<MongoMigration>>
      migrations() {
    return cluster.admin().resources(MongoMigration.class).inNamespace(namespace);
  }
}
