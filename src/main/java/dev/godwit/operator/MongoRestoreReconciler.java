package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.MongoRestoreStatus;
import dev.godwit.core.Cleanup;
import dev.godwit.core.Decision;
import dev.godwit.core.Expiry;
import dev.godwit.core.Recheck;
import dev.godwit.core.RestoreDecider;
import dev.godwit.core.RestoreStanding;
import dev.godwit.core.RestoreStatusProjection;
import dev.godwit.core.RestoreStory;
import dev.godwit.core.RestoreView;
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
import java.util.concurrent.TimeUnit;

/// Restores backups: observe, decide, act, project.
@ControllerConfiguration(
    name = "mongorestore",
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
@RateLimited(maxReconciliations = 10, within = 1)
@GradualRetry(
    maxAttempts = Integer.MAX_VALUE,
    initialInterval = 500,
    intervalMultiplier = 2,
    maxInterval = 60_000)
public class MongoRestoreReconciler implements Reconciler<MongoRestore>, Cleaner<MongoRestore> {

  private final RunnerConfig config;
  private final RestoreObserver observer;
  private final RestoreActuator actuator;
  private final EventRecorder events;
  private final GodwitMetrics metrics;
  private final JobSlots slots;
  private RestoreSurroundings surroundings;

  public MongoRestoreReconciler(
      KubernetesClient client,
      RunnerConfig config,
      Defaults defaults,
      GodwitMetrics metrics,
      JobSlots slots,
      Clock clock) {
    this.config = config;
    this.metrics = metrics;
    this.slots = slots;
    observer = new RestoreObserver(client, new JobObserver(client, config, clock), clock);
    actuator = new RestoreActuator(new Actuator(client, config, slots), defaults);
    events = new EventRecorder(client, clock);
  }

  @Override
  public List<EventSource<?, MongoRestore>> prepareEventSources(
      EventSourceContext<MongoRestore> context) {
    surroundings = new RestoreSurroundings(context);
    metrics.ofRestores(context.getPrimaryCache()::list);
    return Sources.with(slots, surroundings.sources(), context, Job.class, Pod.class);
  }

  @Override
  public UpdateControl<MongoRestore> reconcile(
      MongoRestore restore, Context<MongoRestore> context) {
    RestoreView view = observer.observe(restore, surroundings, context);
    Decision<RestoreStanding> decision = actuator.act(restore, view, RestoreDecider.decide(view));
    actuator.expire(restore, Expiry.of(view));
    MongoRestoreStatus status = RestoreStatusProjection.project(view, decision);
    events.record(restore, RestoreStory.tell(view, decision.standing(), status));
    metrics.tell(restore, view, status);
    UpdateControl<MongoRestore> control =
        status.equals(view.status())
            ? UpdateControl.noUpdate()
            : UpdateControl.patchStatus(StatusOnly.of(restore, status));
    Recheck.of(view, decision, config.progressInterval()).ifPresent(control::rescheduleAfter);
    return control;
  }

  @Override
  public DeleteControl cleanup(MongoRestore restore, Context<MongoRestore> context) {
    RestoreView view = observer.observe(restore, surroundings, context);
    Instant deadline = Actuator.deadline(restore, config);
    Cleanup cleanup = Cleanup.decide(view, deadline);
    if (cleanup.isOver()) {
      return DeleteControl.defaultDelete();
    }
    actuator.stop(restore, cleanup.stop());
    events.record(restore, cleanup.notes());
    return DeleteControl.noFinalizerRemoval().rescheduleAfter(config.progressInterval().toMillis());
  }
}
