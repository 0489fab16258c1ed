package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import dev.godwit.core.BackupDecider;
import dev.godwit.core.BackupRemoval;
import dev.godwit.core.BackupStanding;
import dev.godwit.core.BackupStatusProjection;
import dev.godwit.core.BackupStory;
import dev.godwit.core.BackupView;
import dev.godwit.core.Change;
import dev.godwit.core.Decision;
import dev.godwit.core.Expiry;
import dev.godwit.core.Recheck;
import dev.godwit.operator.metrics.GodwitMetrics;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.rate.RateLimited;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Takes backups, and deletes them: observe, decide, act, project.
@ControllerConfiguration(
    name = "mongobackup",
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
@RateLimited(maxReconciliations = 10, within = 1)
@GradualRetry(
    maxAttempts = Integer.MAX_VALUE,
    initialInterval = 500,
    intervalMultiplier = 2,
    maxInterval = 60_000)
public class MongoBackupReconciler implements Reconciler<MongoBackup>, Cleaner<MongoBackup> {

  private final RunnerConfig config;
  private final BackupObserver observer;
  private final BackupActuator actuator;
  private final EventRecorder events;
  private final StatusPace pace;
  private final GodwitMetrics metrics;
  private final JobSlots slots;
  private BackupUsers<MongoBackup> users;

  public MongoBackupReconciler(
      KubernetesClient client,
      RunnerConfig config,
      Defaults defaults,
      GodwitMetrics metrics,
      JobSlots slots,
      Clock clock) {
    this.config = config;
    this.metrics = metrics;
    this.slots = slots;
    observer = new BackupObserver(client, new JobObserver(client, config, clock), clock);
    actuator = new BackupActuator(new Actuator(client, config, slots), defaults);
    events = new EventRecorder(client, clock);
    pace = new StatusPace(config.progressInterval());
  }

  @Override
  public List<EventSource<?, MongoBackup>> prepareEventSources(
      EventSourceContext<MongoBackup> context) {
    metrics.ofBackups(context.getPrimaryCache()::list);
    users = new BackupUsers<>(context, MongoBackup.class, Set::of);
    return Sources.with(slots, users.sources(), context, Job.class, Pod.class);
  }

  @Override
  public UpdateControl<MongoBackup> reconcile(MongoBackup backup, Context<MongoBackup> context) {
    BackupView view = observer.observe(backup, users, context);
    Decision<BackupStanding> decision = actuator.act(backup, view, BackupDecider.decide(view));
    actuator.expire(backup, Expiry.of(view));
    MongoBackupStatus status = BackupStatusProjection.project(view, decision);
    StatusPace.Turn turn =
        pace.turn(backup.getMetadata().getUid(), Change.of(view.status(), status));
    turn.onWrite(() -> events.record(backup, BackupStory.tell(view, decision.standing(), status)));
    metrics.tell(backup, view, status);
    return turn.control(
        () -> StatusOnly.of(backup, status), Recheck.of(view, decision, config.progressInterval()));
  }

  @Override
  public DeleteControl cleanup(MongoBackup backup, Context<MongoBackup> context) {
    BackupView view = observer.observe(backup, users, context);
    Instant deadline = Actuator.deadline(backup, config);
    BackupRemoval removal =
        BackupRemoval.decide(
            view,
            backup.getSpec().deletionPolicyOrDefault(),
            observer.deletion(backup, context),
            deadline);
    if (!removal.isOver() && !actuator.remove(backup, removal.decision())) {
      removal = BackupRemoval.left(view, "stay: the namespace is being deleted");
    }
    events.record(backup, removal.notes());
    if (removal.isOver()) {
      return DeleteControl.defaultDelete();
    }
    MongoBackupStatus status = BackupStatusProjection.project(view, removal.decision());
    if (!status.equals(view.status())) {
      context.resourceOperations().serverSideApplyPrimaryStatus(StatusOnly.of(backup, status));
    }
    return DeleteControl.noFinalizerRemoval().rescheduleAfter(config.progressInterval().toMillis());
  }
}
