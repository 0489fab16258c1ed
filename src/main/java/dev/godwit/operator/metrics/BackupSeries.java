package dev.godwit.operator.metrics;

import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.BackupTarget;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.operator.resource.Marks;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The gauges of the backups that there are. Those by target speak of the latest backup, so that
/// their number does not grow with every backup.
final class BackupSeries {

  private static final String[] KEPT = {
    "namespace", "target", "key", "database", "scope", "trigger"
  };

  private final Family backups = Family.of("godwit_backups", "Backups in a phase.", "phase");
  private final Family phases =
      Family.of(
          "godwit_backup_status_phase",
          "1 for the phase that the backup is in, 0 for the others.",
          "namespace",
          "name",
          "phase");
  private final Family size =
      Family.of(
          "godwit_backup_size_bytes",
          "Size of the archive of the target's latest successful backup.",
          KEPT);
  private final Family success =
      Family.of(
          "godwit_backup_last_success_timestamp_seconds",
          "When the target's latest successful backup was complete.",
          KEPT);
  private final Family failure =
      Family.of(
          "godwit_backup_last_failure_timestamp_seconds",
          "When the target's latest failed backup failed.",
          KEPT);

  private final Family speed =
      Family.of(
          "godwit_backup_bytes_per_second",
          "Bytes of documents that the backup reads a second.",
          "namespace",
          "name");

  private final Map<BackupPhase, Integer> counts = new EnumMap<>(BackupPhase.class);
  private final Map<Target, Done> successes = new LinkedHashMap<>();
  private final Map<Target, Done> failures = new LinkedHashMap<>();

  /// What backups of the same thing have in common: those of single collections, or of what another
  /// key leads to, say nothing about the whole database.
  private record Target(
      String namespace, String secret, String key, String database, String scope, String trigger) {

    static Target of(MongoBackup backup) {
      BackupTarget target = backup.getSpec().target();
      return new Target(
          backup.getMetadata().getNamespace(),
          target.secretRef().name(),
          target.secretRef().keyOrDefault(),
          target.database() == null ? "" : target.database(),
          target.collections() == null || target.collections().isEmpty() ? "Whole" : "Collections",
          trigger(backup.getMetadata().getLabels()));
    }

    private static String trigger(Map<String, String> labels) {
      String owner = labels == null ? null : labels.get(Marks.OWNER_KIND);
      if (HasMetadata.getKind(MongoMigration.class).equals(owner)) {
        return "Migration";
      }
      return HasMetadata.getKind(MongoBackupSchedule.class).equals(owner) ? "Schedule" : "Manual";
    }

    String[] labels() {
      return new String[] {namespace, secret, key, database, scope, trigger};
    }
  }

  private record Done(Instant at, double size) {

    static Done latest(Done one, Done other) {
      return other.at.isBefore(one.at) ? one : other;
    }
  }

  void add(MongoBackup backup) {
    MongoBackupStatus status =
        backup.getStatus() == null ? MongoBackupStatus.NEW : backup.getStatus();
    BackupPhase is = status.phase() == null ? BackupPhase.Pending : status.phase();
    counts.merge(is, 1, Integer::sum);
    for (BackupPhase phase : BackupPhase.values()) {
      phases.add(
          phase == is,
          backup.getMetadata().getNamespace(),
          backup.getMetadata().getName(),
          phase.name());
    }
    if (is == BackupPhase.Running
        && status.progress() != null
        && status.progress().bytesRate() != null) {
      speed.add(
          status.progress().bytesRate(),
          backup.getMetadata().getNamespace(),
          backup.getMetadata().getName());
    }
    if (is.isTerminal() && status.completionTime() != null) {
      (is == BackupPhase.Succeeded ? successes : failures)
          .merge(
              Target.of(backup),
              new Done(Instant.parse(status.completionTime()), bytes(status.size())),
              Done::latest);
    }
  }

  private static double bytes(String quantity) {
    return quantity == null ? 0 : Quantity.getAmountInBytes(new Quantity(quantity)).doubleValue();
  }

  List<Family> families() {
    for (BackupPhase phase : BackupPhase.values()) {
      backups.add(counts.getOrDefault(phase, 0), phase.name());
    }
    successes.forEach(
        (target, done) -> {
          success.add(done.at().getEpochSecond(), target.labels());
          size.add(done.size(), target.labels());
        });
    failures.forEach((target, done) -> failure.add(done.at().getEpochSecond(), target.labels()));
    return List.of(backups, phases, size, success, failure, speed);
  }
}
