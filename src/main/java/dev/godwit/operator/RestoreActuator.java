package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.core.Decision;
import dev.godwit.core.RestoreStanding;
import dev.godwit.core.RestoreView;
import dev.godwit.operator.resource.RunnerTask;
import dev.godwit.operator.resource.TakenBackup;
import java.util.List;

/// Does what was decided about a restore.
final class RestoreActuator {

  private final Actuator actuator;
  private final Defaults defaults;

  RestoreActuator(Actuator actuator, Defaults defaults) {
    this.actuator = actuator;
    this.defaults = defaults;
  }

  /// Acts, and returns the decision that holds.
  Decision<RestoreStanding> act(
      MongoRestore restore, RestoreView view, Decision<RestoreStanding> decision) {
    return actuator.orWait(
        restore, decision, () -> doIt(restore, view, decision), hold -> hold.on(view, decision));
  }

  private void doIt(MongoRestore restore, RestoreView view, Decision<RestoreStanding> decision) {
    String namespace = restore.getMetadata().getNamespace();
    switch (decision) {
      case Decision.StartJob<RestoreStanding> start ->
          actuator.start(task(restore, start), view.jobs());
      case Decision.StopJob<RestoreStanding> stop -> actuator.stop(namespace, stop.name());
      case Decision.SuspendJob<RestoreStanding> suspend ->
          throw new IllegalStateException("only Jobs of migrations are suspended");
      case Decision.ForgetJob<RestoreStanding> forget -> actuator.forget(namespace, forget.name());
      case Decision.TakeBackup<RestoreStanding> take ->
          actuator.take(
              restore,
              TakenBackup.of(
                  restore, take.name(), take.standing().source().storage(), take.collections()));
      case Decision.DeleteBackups<RestoreStanding> delete ->
          throw new IllegalStateException("a restore deletes no backups");
      case Decision.Scale<RestoreStanding> scale ->
          throw new IllegalStateException("a restore scales no workloads");
      case Decision.Wait<RestoreStanding> wait -> {}
    }
  }

  private RunnerTask task(MongoRestore restore, Decision.StartJob<RestoreStanding> start) {
    return new RunnerTask(
        restore,
        start.role(),
        start.name(),
        restore.getSpec().target().secretRef(),
        restore.getSpec().jobOrDefault().orElse(defaults.job()),
        null,
        start.backup() == null ? null : start.standing().source().storage(),
        start.backup());
  }

  void expire(MongoRestore restore, List<String> jobs) {
    actuator.expire(restore.getMetadata().getNamespace(), jobs);
  }

  void stop(MongoRestore restore, List<String> jobs) {
    jobs.forEach(job -> actuator.stop(restore.getMetadata().getNamespace(), job));
  }
}
