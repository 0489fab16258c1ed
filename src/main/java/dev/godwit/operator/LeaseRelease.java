package dev.godwit.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.javaoperatorsdk.operator.Operator;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives the lease back when a leader is stopped, so that the next one need not wait for its end.
/// JOSDK cannot: see `docs/decisions/0221-a-stopped-leader-releases-its-lease.md`.
@Singleton
class LeaseRelease {

  private static final Logger LOG = LoggerFactory.getLogger(LeaseRelease.class);

  private final LeaderConfig config;
  private final Operator operator;
  private final KubernetesClient client;

  LeaseRelease(LeaderConfig config, Operator operator, KubernetesClient client) {
    this.config = config;
    this.operator = operator;
    this.client = client;
  }

  /// Comes after JOSDK's observer, which stops the controllers and the renewal of the lease.
  void release(@Observes @Priority(Interceptor.Priority.PLATFORM_AFTER) ShutdownEvent stopped) {
    Optional<String> identity =
        config.identity().or(() -> Optional.ofNullable(System.getenv("HOSTNAME")));
    String namespace = config.leaseNamespace().orElse(client.getNamespace());
    if (identity.isEmpty() || namespace == null) {
      return;
    }
    try {
      if (haveReconciliationsEnded()) {
        release(new LeaseLock(namespace, config.leaseName(), identity.get()));
      } else {
        LOG.warn("a reconciliation has not ended: the lease is not released, it ends by itself");
      }
    } catch (KubernetesClientException failed) {
      LOG.warn("the lease could not be released, it ends by itself", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// JOSDK has interrupted them; half a lease is left for their end, since nothing renews it.
  private boolean haveReconciliationsEnded() throws InterruptedException {
    ExecutorService reconciliations =
        operator.getConfigurationService().getExecutorServiceManager().reconcileExecutorService();
    return reconciliations.isShutdown()
        && reconciliations.awaitTermination(
            config.leaseDuration().toMillis() / 2, TimeUnit.MILLISECONDS);
  }

  /// Writes only over the very lease that was read, and only when it is this operator's.
  private void release(LeaseLock lock) {
    LeaderElectionRecord current = lock.get(client);
    if (current == null || !lock.identity().equals(current.getHolderIdentity())) {
      return;
    }
    ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
    lock.update(
        client,
        new LeaderElectionRecord(
            "", Duration.ofSeconds(1), now, now, current.getLeaderTransitions()));
    LOG.info("released the lease {}", config.leaseName());
  }
}
