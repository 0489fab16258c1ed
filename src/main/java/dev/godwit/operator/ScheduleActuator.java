package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.core.Decision;
import dev.godwit.core.KnownBackup;
import dev.godwit.core.ScheduleStanding;
import dev.godwit.core.ScheduleView;
import dev.godwit.operator.resource.RunnerTask;
import dev.godwit.operator.resource.ScheduledBackup;
import java.util.List;

/// Does what was decided about a schedule.
final class ScheduleActuator {

  private final Actuator actuator;
  private final Defaults defaults;

  ScheduleActuator(Actuator actuator, Defaults defaults) {
    this.actuator = actuator;
    this.defaults = defaults;
  }

  /// Acts, and returns the decision that holds.
  Decision<ScheduleStanding> act(
      MongoBackupSchedule schedule, ScheduleView view, Decision<ScheduleStanding> decision) {
    return actuator.orWait(
        schedule, decision, () -> doIt(schedule, view, decision), hold -> hold.on(view, decision));
  }

  private void doIt(
      MongoBackupSchedule schedule, ScheduleView view, Decision<ScheduleStanding> decision) {
    String namespace = schedule.getMetadata().getNamespace();
    switch (decision) {
      case Decision.TakeBackup<ScheduleStanding> take ->
          actuator.take(schedule, ScheduledBackup.of(schedule, take.name()));
      case Decision.DeleteBackups<ScheduleStanding> delete ->
          actuator.deleteBackups(namespace, delete.names());
      case Decision.StartJob<ScheduleStanding> start ->
          actuator.start(task(schedule, view, start), view.jobs());
      case Decision.StopJob<ScheduleStanding> stop -> actuator.stop(namespace, stop.name());
      case Decision.SuspendJob<ScheduleStanding> suspend ->
          throw new IllegalStateException("only Jobs of migrations are suspended");
      case Decision.ForgetJob<ScheduleStanding> forget -> actuator.forget(namespace, forget.name());
      case Decision.Scale<ScheduleStanding> scale ->
          throw new IllegalStateException("a schedule scales no workloads");
      case Decision.Wait<ScheduleStanding> wait -> {}
    }
  }

  private RunnerTask task(
      MongoBackupSchedule schedule, ScheduleView view, Decision.StartJob<ScheduleStanding> start) {
    String backup = start.standing().verification().backup();
    KnownBackup verified =
        view.backups().stream()
            .filter(it -> it.name().equals(backup))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no backup " + backup));
    return new RunnerTask(
        schedule,
        start.role(),
        start.name(),
        schedule.getSpec().template().target().secretRef(),
        schedule.getSpec().template().jobOrDefault().orElse(defaults.job()),
        null,
        verified.storage(),
        start.backup());
  }

  void expire(MongoBackupSchedule schedule, List<String> jobs) {
    actuator.expire(schedule.getMetadata().getNamespace(), jobs);
  }
}
