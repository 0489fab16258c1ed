package dev.godwit.core;

import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/// How much two statuses differ. What only tells how far something is may be written seldom;
/// everything that somebody acts on is written at once.
public enum Change {
  /// They are equal.
  None,
  /// Messages and progress differ, in the same phase and for the same reasons.
  Progress,
  /// Something else does.
  News;

  /// What lies between two statuses of a migration.
  public static Change of(MongoMigrationStatus before, MongoMigrationStatus after) {
    if (before.equals(after)) {
      return None;
    }
    return essence(before).equals(essence(after)) ? Progress : News;
  }

  /// What lies between two statuses of a backup. That its pod runs is progress, too: nothing waits
  /// for it.
  public static Change of(MongoBackupStatus before, MongoBackupStatus after) {
    if (before.equals(after)) {
      return None;
    }
    return essence(before).equals(essence(after)) ? Progress : News;
  }

  private static MongoMigrationStatus essence(MongoMigrationStatus it) {
    return new MongoMigrationStatus(
        it.observedGeneration(),
        it.phase(),
        essence(it.conditions()),
        it.attempt(),
        it.checksum(),
        it.specHash(),
        it.retry(),
        it.database(),
        it.startTime(),
        it.completionTime(),
        it.duration(),
        null,
        it.backup(),
        it.jobs(),
        it.failure(),
        it.outcome(),
        it.setAside(),
        null,
        it.phases(),
        it.plan(),
        it.quiesced());
  }

  private static MongoBackupStatus essence(MongoBackupStatus it) {
    return new MongoBackupStatus(
        it.observedGeneration(),
        it.phase() == BackupPhase.Running ? BackupPhase.Pending : it.phase(),
        essence(it.conditions()),
        it.location(),
        null,
        it.completionTime(),
        it.size(),
        it.sizeUncompressed(),
        it.documents(),
        it.collections(),
        it.consistency(),
        it.serverVersion(),
        it.manifestSha256(),
        it.position(),
        it.expirationTime(),
        null,
        it.job(),
        it.failure(),
        null);
  }

  private static List<Condition> essence(List<Condition> conditions) {
    return conditions == null
        ? null
        : conditions.stream()
            .map(
                it ->
                    new Condition(
                        it.getLastTransitionTime(),
                        null,
                        it.getObservedGeneration(),
                        Reasons.STARTING.equals(it.getReason())
                            ? Reasons.BACKING_UP
                            : it.getReason(),
                        it.getStatus(),
                        it.getType()))
            .toList();
  }
}
