package dev.godwit.fault;

import dev.godwit.operator.Defaults;
import dev.godwit.operator.JobSlots;
import dev.godwit.operator.MongoBackupReconciler;
import dev.godwit.operator.MongoBackupScheduleReconciler;
import dev.godwit.operator.MongoMigrationReconciler;
import dev.godwit.operator.MongoRestoreReconciler;
import dev.godwit.operator.RunnerConfig;
import dev.godwit.operator.metrics.GodwitMetrics;
import dev.godwit.operator.metrics.Leadership;
import dev.godwit.testing.Cluster;
import dev.godwit.testing.Leftovers;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/// The operator's reconcilers in the test's own process, behind a proxy, with the operator's
/// rights.
final class LiveOperator implements AutoCloseable {

  /// The client repeats no request by itself, so that each fault reaches the reconcilers.
  static final int NO_RETRIES = 0;

  private final ApiProxy proxy;
  private final KubernetesClient client;
  private final Operator operator;
  private boolean stopped;

  /// Starts an operator for a namespace.
  LiveOperator(ApiProxy proxy, String namespace, RunnerConfig config, Clock clock, int retries) {
    this.proxy = proxy;
    client =
        new KubernetesClientBuilder()
            .withHttpClientFactory(Leftovers.http())
            .withKubernetesSerialization(Cluster.operatorsReading())
            .withConfig(
                new ConfigBuilder(Config.empty())
                    .withMasterUrl(proxy.url())
                    .withImpersonateUsername(Cluster.OPERATOR)
                    .withImpersonateGroups(
                        "system:serviceaccounts",
                        "system:serviceaccounts:godwit-system",
                        "system:authenticated")
                    .withHttp2Disable(true)
                    .withRequestRetryBackoffLimit(retries)
                    .withNamespace(namespace)
                    .build())
            .build();
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    GodwitMetrics metrics =
        new GodwitMetrics(registry, registry.getPrometheusRegistry(), new Leadership(true), "test");
    JobSlots slots = new JobSlots(config.maxConcurrentJobs(), clock);
    operator =
        new Operator(
            it ->
                it.withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .checkingCRDAndValidateLocalModel(false)
                    .withReconciliationTerminationTimeout(Duration.ofSeconds(1)));
    for (Reconciler<?> reconciler :
        List.<Reconciler<?>>of(
            new MongoMigrationReconciler(client, config, Defaults.BUILT_IN, metrics, slots, clock),
            new MongoBackupReconciler(client, config, Defaults.BUILT_IN, metrics, slots, clock),
            new MongoRestoreReconciler(client, config, Defaults.BUILT_IN, metrics, slots, clock),
            new MongoBackupScheduleReconciler(
                client, config, Defaults.BUILT_IN, metrics, slots, clock))) {
      operator.register(reconciler, it -> it.settingNamespace(namespace));
    }
    operator.start();
  }

  ApiProxy proxy() {
    return proxy;
  }

  /// Ends it as SIGKILL would: nothing of it reaches the API server any more.
  void kill() {
    proxy.close();
    close();
  }

  @Override
  public synchronized void close() {
    if (!stopped) {
      stopped = true;
      Leftovers.stop(operator);
      client.close();
      proxy.close();
    }
  }
}
