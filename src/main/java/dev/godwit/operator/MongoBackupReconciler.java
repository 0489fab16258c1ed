package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import dev.godwit.core.BackupDecider;
import dev.godwit.core.BackupStanding;
import dev.godwit.core.BackupStatusProjection;
import dev.godwit.core.BackupStory;
import dev.godwit.core.BackupView;
import dev.godwit.core.Decision;
import dev.godwit.core.Expiry;
import dev.godwit.core.Recheck;
import dev.godwit.core.Refusal;
import dev.godwit.operator.metrics.GodwitMetrics;
import dev.godwit.operator.resource.RunnerTask;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Takes backups: observe, decide, act, project.
@ControllerConfiguration(
    name = "mongobackup",
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
@GradualRetry(
    maxAttempts = Integer.MAX_VALUE,
    initialInterval = 500,
    intervalMultiplier = 2,
    maxInterval = 60_000)
public class MongoBackupReconciler implements Reconciler<MongoBackup> {

  private final RunnerConfig config;
  private final Defaults defaults;
  private final BackupObserver observer;
  private final Actuator actuator;
  private final EventRecorder events;
  private final GodwitMetrics metrics;

  public MongoBackupReconciler(
      KubernetesClient client,
      RunnerConfig config,
      Defaults defaults,
      GodwitMetrics metrics,
      Clock clock) {
    this.config = config;
    this.defaults = defaults;
    this.metrics = metrics;
    ProgressReader progress = new ProgressReader(client, config.progressInterval(), clock);
    observer = new BackupObserver(client, new JobObserver(client, progress), clock);
    actuator = new Actuator(client, config);
    events = new EventRecorder(client, clock);
  }

  @Override
  public List<EventSource<?, MongoBackup>> prepareEventSources(
      EventSourceContext<MongoBackup> context) {
    metrics.ofBackups(context.getPrimaryCache()::list);
    return List.of(Sources.owned(Job.class, context), Sources.owned(Pod.class, context));
  }

  @Override
  public UpdateControl<MongoBackup> reconcile(MongoBackup backup, Context<MongoBackup> context) {
    BackupView view = observer.observe(backup, context);
    Decision<BackupStanding> decision = act(backup, view, BackupDecider.decide(view));
    actuator.expire(backup.getMetadata().getNamespace(), Expiry.of(view));
    MongoBackupStatus status = BackupStatusProjection.project(view, decision);
    events.record(backup, BackupStory.tell(view, decision.standing(), status));
    metrics.tell(backup, view, status);
    UpdateControl<MongoBackup> control =
        status.equals(view.status())
            ? UpdateControl.noUpdate()
            : UpdateControl.patchStatus(StatusOnly.of(backup, status));
    Recheck.of(view, decision, config.progressInterval()).ifPresent(control::rescheduleAfter);
    return control;
  }

  private Decision<BackupStanding> act(
      MongoBackup backup, BackupView view, Decision<BackupStanding> decision) {
    if (!(decision instanceof Decision.StartJob<BackupStanding> start)) {
      return decision;
    }
    try {
      actuator.start(
          new RunnerTask(
              backup,
              start.role(),
              start.name(),
              backup.getSpec().target().secretRef(),
              backup.getSpec().jobOrDefault().orElse(defaults.job()),
              null,
              backup.getSpec().storage(),
              start.backup()));
      return decision;
    } catch (KubernetesClientException failed) {
      if (Actuator.isRefusal(failed)) {
        return Refusal.of(view, decision, failed.getMessage());
      }
      throw failed;
    }
  }
}
