package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoBackupScheduleStatus;
import dev.godwit.core.Decision;
import dev.godwit.core.Expiry;
import dev.godwit.core.Recheck;
import dev.godwit.core.ScheduleDecider;
import dev.godwit.core.ScheduleStanding;
import dev.godwit.core.ScheduleStatusProjection;
import dev.godwit.core.ScheduleStory;
import dev.godwit.core.ScheduleView;
import dev.godwit.operator.metrics.GodwitMetrics;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.rate.RateLimited;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Takes backups when it is time, and prunes them: observe, decide, act, project.
@ControllerConfiguration(
    name = "mongobackupschedule",
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
@RateLimited(maxReconciliations = 10, within = 1)
@GradualRetry(
    maxAttempts = Integer.MAX_VALUE,
    initialInterval = 500,
    intervalMultiplier = 2,
    maxInterval = 60_000)
public class MongoBackupScheduleReconciler implements Reconciler<MongoBackupSchedule> {

  private final ScheduleObserver observer;
  private final ScheduleActuator actuator;
  private final EventRecorder events;
  private final GodwitMetrics metrics;
  private final JobSlots slots;
  private BackupUsers<MongoBackupSchedule> users;

  public MongoBackupScheduleReconciler(
      KubernetesClient client,
      RunnerConfig config,
      Defaults defaults,
      GodwitMetrics metrics,
      JobSlots slots,
      Clock clock) {
    this.metrics = metrics;
    this.slots = slots;
    observer = new ScheduleObserver(client, new JobObserver(client, config, clock), clock);
    actuator = new ScheduleActuator(new Actuator(client, config, slots), defaults);
    events = new EventRecorder(client, clock);
  }

  @Override
  public List<EventSource<?, MongoBackupSchedule>> prepareEventSources(
      EventSourceContext<MongoBackupSchedule> context) {
    metrics.ofSchedules(context.getPrimaryCache()::list);
    users = new BackupUsers<>(context, MongoBackupSchedule.class, used -> Set.of());
    return Sources.with(slots, users.sources(), context, MongoBackup.class, Job.class, Pod.class);
  }

  @Override
  public UpdateControl<MongoBackupSchedule> reconcile(
      MongoBackupSchedule schedule, Context<MongoBackupSchedule> context) {
    ScheduleView view = observer.observe(schedule, users, context);
    Decision<ScheduleStanding> decision =
        actuator.act(schedule, view, ScheduleDecider.decide(view));
    actuator.expire(schedule, Expiry.of(view));
    MongoBackupScheduleStatus status = ScheduleStatusProjection.project(view, decision);
    events.record(schedule, ScheduleStory.tell(view, decision));
    UpdateControl<MongoBackupSchedule> control =
        status.equals(view.status())
            ? UpdateControl.noUpdate()
            : UpdateControl.patchStatus(StatusOnly.of(schedule, status));
    Recheck.of(decision).ifPresent(control::rescheduleAfter);
    return control;
  }
}
