package dev.godwit.operator.metrics;

import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.core.MigrationFigures;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The gauges of the migrations that there are.
final class MigrationSeries {

  private static final String[] RESOURCE = {"namespace", "name"};

  private final Family migrations =
      Family.of("godwit_migrations", "Migrations in a phase.", "phase");
  private final Family phases =
      Family.of(
          "godwit_migration_status_phase",
          "1 for the phase that the migration is in, 0 for the others.",
          "namespace",
          "name",
          "phase");
  private final Family starts =
      Family.of(
          "godwit_migration_phase_start_timestamp_seconds",
          "When the migration's phase began.",
          RESOURCE);
  private final Family lastProgress =
      Family.of(
          "godwit_migration_last_progress_timestamp_seconds",
          "When the migration's runner last got on; there once a runner runs in this phase.",
          RESOURCE);
  private final Family progress =
      Family.of(
          "godwit_migration_progress_ratio",
          "How much of the migration's run or rollback is done, 0 to 1.",
          RESOURCE);
  private final Family rates =
      Family.of(
          "godwit_migration_documents_per_second",
          "Documents a second of the step that runs.",
          RESOURCE);
  private final Family stalled =
      Family.of(
          "godwit_migration_stalled",
          "1 while the migration stays as it is until somebody acts.",
          RESOURCE);
  private final Family verificationFailed =
      Family.of(
          "godwit_migration_verification_failed",
          "1 while the migration is, or is being, taken back because its checks did not hold.",
          RESOURCE);

  private final Map<MigrationPhase, Integer> counts = new EnumMap<>(MigrationPhase.class);
  private final List<MongoBackup> backups;
  private final Memory memory;

  MigrationSeries(List<MongoBackup> backups, Memory memory) {
    this.backups = backups;
    this.memory = memory;
  }

  void add(MongoMigration migration) {
    String namespace = migration.getMetadata().getNamespace();
    String name = migration.getMetadata().getName();
    MigrationFigures figures =
        MigrationFigures.of(
            migration.getStatus(), Instant.parse(migration.getMetadata().getCreationTimestamp()));
    counts.merge(figures.phase(), 1, Integer::sum);
    for (MigrationPhase phase : MigrationPhase.values()) {
      phases.add(phase == figures.phase(), namespace, name, phase.name());
    }
    starts.add(figures.since().getEpochSecond(), namespace, name);
    progress.add(figures.progress(), namespace, name);
    figures.rate().ifPresent(rate -> rates.add(rate, namespace, name));
    stalled.add(figures.stalled(), namespace, name);
    verificationFailed.add(figures.verificationFailed(), namespace, name);
    lastProgress(migration, figures.phase())
        .ifPresent(at -> lastProgress.add(at.toEpochMilli() / 1000.0, namespace, name));
  }

  private Optional<Instant> lastProgress(MongoMigration migration, MigrationPhase phase) {
    if (phase.isTerminal() || phase == MigrationPhase.Pending) {
      return Optional.empty();
    }
    if (phase != MigrationPhase.BackingUp) {
      return memory.lastProgress(migration.getMetadata().getUid(), phase);
    }
    return backups.stream()
        .filter(
            backup ->
                backup.getMetadata().getName().equals(migration.getStatus().backup())
                    && backup
                        .getMetadata()
                        .getNamespace()
                        .equals(migration.getMetadata().getNamespace()))
        .findFirst()
        .flatMap(this::lastProgress);
  }

  /// A backup that is complete got on when it was: the migration has yet to see it.
  private Optional<Instant> lastProgress(MongoBackup backup) {
    MongoBackupStatus status = backup.getStatus();
    if (status != null && status.phase() == BackupPhase.Succeeded) {
      return Optional.ofNullable(status.completionTime()).map(Instant::parse);
    }
    return memory.lastProgress(backup.getMetadata().getUid(), BackupPhase.Running);
  }

  List<Family> families() {
    for (MigrationPhase phase : MigrationPhase.values()) {
      migrations.add(counts.getOrDefault(phase, 0), phase.name());
    }
    return List.of(
        migrations, phases, starts, lastProgress, progress, rates, stalled, verificationFailed);
  }
}
