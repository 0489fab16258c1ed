package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.core.Change;
import dev.godwit.core.Cleanup;
import dev.godwit.core.Decision;
import dev.godwit.core.Expiry;
import dev.godwit.core.MigrationDecider;
import dev.godwit.core.MigrationStanding;
import dev.godwit.core.MigrationStatusProjection;
import dev.godwit.core.MigrationStory;
import dev.godwit.core.MigrationView;
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
import java.util.concurrent.TimeUnit;

/// Brings MongoMigrations to where they are wanted: observe, decide, act, project.
@ControllerConfiguration(
    name = "mongomigration",
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 10, timeUnit = TimeUnit.MINUTES))
@RateLimited(maxReconciliations = 10, within = 1)
@GradualRetry(
    maxAttempts = Integer.MAX_VALUE,
    initialInterval = 500,
    intervalMultiplier = 2,
    maxInterval = 60_000)
public class MongoMigrationReconciler
    implements Reconciler<MongoMigration>, Cleaner<MongoMigration> {

  private final RunnerConfig config;
  private final MigrationObserver observer;
  private final MigrationActuator actuator;
  private final EventRecorder events;
  private final StatusPace pace;
  private final GodwitMetrics metrics;
  private final JobSlots slots;
  private Neighbours neighbours;

  public MongoMigrationReconciler(
      KubernetesClient client,
      RunnerConfig config,
      Defaults defaults,
      GodwitMetrics metrics,
      JobSlots slots,
      Clock clock) {
    this.config = config;
    this.metrics = metrics;
    this.slots = slots;
    observer =
        new MigrationObserver(client, new JobObserver(client, config, clock), defaults, clock);
    actuator = new MigrationActuator(new Actuator(client, config, slots), defaults);
    events = new EventRecorder(client, clock);
    pace = new StatusPace(config.progressInterval());
  }

  @Override
  public List<EventSource<?, MongoMigration>> prepareEventSources(
      EventSourceContext<MongoMigration> context) {
    neighbours = new Neighbours(context);
    metrics.ofMigrations(context.getPrimaryCache()::list);
    return Sources.with(
        slots, neighbours.sources(), context, Job.class, Pod.class, MongoBackup.class);
  }

  @Override
  public UpdateControl<MongoMigration> reconcile(
      MongoMigration migration, Context<MongoMigration> context) {
    MigrationView view = observer.observe(migration, neighbours, context);
    Decision<MigrationStanding> decision =
        actuator.act(migration, view, MigrationDecider.decide(view));
    actuator.expire(migration, Expiry.of(view));
    MongoMigrationStatus status = MigrationStatusProjection.project(view, decision);
    StatusPace.Turn turn =
        pace.turn(migration.getMetadata().getUid(), Change.of(view.status(), status));
    turn.onWrite(
        () -> events.record(migration, MigrationStory.tell(view, decision.standing(), status)));
    metrics.tell(view, status);
    return turn.control(
        () -> StatusOnly.of(migration, status),
        Recheck.of(view, decision, config.progressInterval()));
  }

  @Override
  public DeleteControl cleanup(MongoMigration migration, Context<MongoMigration> context) {
    MigrationView view = observer.observe(migration, neighbours, context);
    Instant deadline = Actuator.deadline(migration, config);
    Cleanup cleanup = Cleanup.decide(view, deadline);
    if (cleanup.isOver()) {
      events.record(migration, actuator.giveBack(migration, cleanup, view));
      return DeleteControl.defaultDelete();
    }
    events.record(migration, cleanup.notes());
    actuator.stop(migration, cleanup.stop());
    var status = MigrationStatusProjection.project(view, Cleanup.waiting(view, deadline));
    if (!status.equals(view.status())) {
      context.resourceOperations().serverSideApplyPrimaryStatus(StatusOnly.of(migration, status));
    }
    return DeleteControl.noFinalizerRemoval().rescheduleAfter(config.progressInterval().toMillis());
  }
}
