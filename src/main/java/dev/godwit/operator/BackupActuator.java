package dev.godwit.operator;

import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.core.BackupStanding;
import dev.godwit.core.BackupView;
import dev.godwit.core.Decision;
import dev.godwit.core.JobRole;
import dev.godwit.core.JobView;
import dev.godwit.operator.resource.RunnerTask;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;

/// Does what was decided about a backup.
final class BackupActuator {

  private final Actuator actuator;
  private final Defaults defaults;

  BackupActuator(Actuator actuator, Defaults defaults) {
    this.actuator = actuator;
    this.defaults = defaults;
  }

  /// Acts, and returns the decision that holds.
  Decision<BackupStanding> act(
      MongoBackup backup, BackupView view, Decision<BackupStanding> decision) {
    return actuator.orWait(
        backup,
        decision,
        () -> doIt(backup, view.job().stream().toList(), decision),
        hold -> hold.on(view, decision));
  }

  /// Acts on a backup that is being deleted.
  ///
  /// @return whether that is possible: in a namespace that is being deleted nothing can be created
  boolean remove(MongoBackup backup, Decision<BackupStanding> decision) {
    try {
      doIt(backup, List.of(), decision);
      return true;
    } catch (KubernetesClientException failed) {
      if (Actuator.isNamespaceTerminating(failed)) {
        return false;
      }
      throw failed;
    }
  }

  private void doIt(MongoBackup backup, List<JobView> jobs, Decision<BackupStanding> decision) {
    String namespace = backup.getMetadata().getNamespace();
    switch (decision) {
      case Decision.StartJob<BackupStanding> start -> actuator.start(task(backup, start), jobs);
      case Decision.StopJob<BackupStanding> stop -> actuator.stop(namespace, stop.name());
      case Decision.SuspendJob<BackupStanding> suspend ->
          throw new IllegalStateException("only Jobs of migrations are suspended");
      case Decision.ForgetJob<BackupStanding> forget -> actuator.forget(namespace, forget.name());
      case Decision.DeleteBackups<BackupStanding> delete ->
          actuator.deleteBackups(namespace, delete.names());
      case Decision.TakeBackup<BackupStanding> take ->
          throw new IllegalStateException("a backup takes no backup");
      case Decision.Scale<BackupStanding> scale ->
          throw new IllegalStateException("a backup scales no workloads");
      case Decision.Wait<BackupStanding> wait -> {}
    }
  }

  private RunnerTask task(MongoBackup backup, Decision.StartJob<BackupStanding> start) {
    return new RunnerTask(
        backup,
        start.role(),
        start.name(),
        start.role() == JobRole.Delete ? null : backup.getSpec().target().secretRef(),
        backup.getSpec().jobOrDefault().orElse(defaults.job()),
        null,
        backup.getSpec().storage(),
        start.backup());
  }

  void expire(MongoBackup backup, List<String> jobs) {
    actuator.expire(backup.getMetadata().getNamespace(), jobs);
  }
}
