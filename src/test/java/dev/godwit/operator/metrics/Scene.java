package dev.godwit.operator.metrics;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.SpecHash;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoBackupScheduleStatus;
import dev.godwit.api.v1alpha1.MongoBackupStatus;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.MongoRestoreStatus;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.core.BackupView;
import dev.godwit.core.JobRole;
import dev.godwit.core.JobView;
import dev.godwit.core.MigrationDecider;
import dev.godwit.core.MigrationStatusProjection;
import dev.godwit.core.MigrationView;
import dev.godwit.core.RestoreView;
import dev.godwit.operator.resource.Marks;
import dev.godwit.testing.Exposition;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Caches that a test fills, and the endpoint that reads them.
final class Scene {

  static final Instant NOW = Instant.parse("2026-01-01T10:00:00Z");
  static final String NAMESPACE = "shop";

  final List<MongoMigration> migrations = new ArrayList<>();
  final List<MongoBackup> backups = new ArrayList<>();
  final List<MongoRestore> restores = new ArrayList<>();
  final List<MongoBackupSchedule> schedules = new ArrayList<>();
  final Leadership leadership = new Leadership(true);
  final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  final GodwitMetrics metrics =
      new GodwitMetrics(registry, registry.getPrometheusRegistry(), leadership, "1.2.3");

  Scene() {
    metrics.ofMigrations(migrations::stream);
    metrics.ofBackups(backups::stream);
    metrics.ofRestores(restores::stream);
    metrics.ofSchedules(schedules::stream);
  }

  Exposition scrape() {
    return Exposition.parse(registry.scrape());
  }

  /// A migration in the cache, in a phase since 09:59.
  ///
  /// @param rest further fields of its status, as YAML's flow style has them, with a comma before
  MongoMigration migration(String name, String phase, String rest) {
    MongoMigration migration = Samples.migration(NAMESPACE, name, "004");
    migration.getMetadata().setUid("uid-of-" + name);
    migration.getMetadata().setCreationTimestamp("2026-01-01T09:00:00Z");
    migration.setStatus(status(migration, phase, 0, rest));
    migrations.add(migration);
    return migration;
  }

  static MongoMigrationStatus status(
      MongoMigration migration, String phase, int retry, String rest) {
    return Serialization.unmarshal(
        """
        ---
        {observedGeneration: 1, phase: %1$s, specHash: "%2$s", retry: %4$d,
         phases: [{phase: Planning, since: "2026-01-01T09:50:00Z"},
                  {phase: %1$s, since: "2026-01-01T09:59:00Z"}] %3$s}
        """
            .formatted(phase, SpecHash.of(migration.getSpec()), rest, retry),
        MongoMigrationStatus.class);
  }

  /// A backup in the cache.
  MongoBackup backup(
      String name, String completed, String phase, String size, boolean ofMigration) {
    MongoBackup backup = Samples.backup(NAMESPACE, name);
    backup.getMetadata().setUid("uid-of-" + name);
    backup.getMetadata().setCreationTimestamp("2026-01-01T09:00:00Z");
    if (ofMigration) {
      backup.getMetadata().setLabels(Map.of(Marks.OWNER_KIND, "MongoMigration"));
    }
    backup.setStatus(
        Serialization.unmarshal(
            "---\n{observedGeneration: 1, phase: %s, completionTime: %s, size: %s}"
                .formatted(phase, completed, size),
            MongoBackupStatus.class));
    backups.add(backup);
    return backup;
  }

  /// A restore in the cache.
  ///
  /// @param rest further fields of its status, as YAML's flow style has them
  MongoRestore restore(String name, String phase, String rest) {
    MongoRestore restore = Samples.restore(NAMESPACE, name, "{backupRef: {name: b}}");
    restore.getMetadata().setUid("uid-of-" + name);
    restore.getMetadata().setCreationTimestamp("2026-01-01T09:00:00Z");
    restore.setStatus(
        Serialization.unmarshal(
            "---\n{observedGeneration: 1, phase: %s, startTime: \"2026-01-01T09:58:00Z\", %s}"
                .formatted(phase, rest),
            MongoRestoreStatus.class));
    restores.add(restore);
    return restore;
  }

  /// A schedule in the cache.
  ///
  /// @param verification the latest, as YAML's flow style has it
  MongoBackupSchedule schedule(String name, String verification) {
    ObjectNode json = Serialization.jsonMapper().valueToTree(Samples.schedule(NAMESPACE, name));
    json.withObject("/spec").put("verifyEvery", "30m");
    MongoBackupSchedule schedule =
        Serialization.jsonMapper().convertValue(json, MongoBackupSchedule.class);
    schedule.getMetadata().setUid("uid-of-" + name);
    schedule.getMetadata().setCreationTimestamp("2026-01-01T09:00:00Z");
    schedule.setStatus(
        Serialization.unmarshal(
            """
            ---
            {observedGeneration: 1, phase: Active, backups: 3,
             lastScheduleTime: "2026-01-01T10:00:00Z",
             nextScheduleTime: "2026-01-01T11:00:00Z", lastSuccessfulTime: "2026-01-01T03:00:00Z",
             verification: {%s}}
            """
                .formatted(verification),
            MongoBackupScheduleStatus.class));
    schedules.add(schedule);
    return schedule;
  }

  /// Tells that a restore has come from Restoring to the status that it has.
  void tellEnd(MongoRestore restore) {
    MongoRestoreStatus before =
        Serialization.unmarshal(
            "---\n{observedGeneration: 1, phase: Restoring}", MongoRestoreStatus.class);
    metrics.tell(
        restore,
        new RestoreView(
            NOW,
            restore.getMetadata().getName(),
            restore.getMetadata().getUid(),
            1,
            restore.getSpec(),
            before,
            List.of(),
            List.of(),
            List.of(),
            List.of()),
        restore.getStatus());
  }

  /// What is seen of a migration when a Job of it has ended.
  static MigrationView ended(MongoMigration migration, JobRole role, Verdict verdict) {
    List<StepOutcome> outcome =
        List.of(
            new StepOutcome("collection", null, 1L, null, null, null),
            new StepOutcome("lower-case", 1000L, 400L, null, null, null));
    Failure failure =
        verdict == Verdict.Applied || verdict == Verdict.RolledBack
            ? null
            : new Failure(verdict.name(), null, "because");
    RunResult result =
        new RunResult(verdict, "shop", 1, "sha256:cd", null, outcome, null, null, null, failure);
    return view(migration, role, JobView.State.Ended, result);
  }

  /// What is seen of a migration while a Job of it runs.
  static MigrationView running(MongoMigration migration, JobRole role) {
    return view(migration, role, JobView.State.Active, null);
  }

  private static MigrationView view(
      MongoMigration migration, JobRole role, JobView.State state, RunResult result) {
    String name = view(migration, List.of()).jobName(role);
    boolean ended = state == JobView.State.Ended;
    return view(
        migration,
        List.of(
            new JobView(
                name,
                !role.isReading(),
                state,
                !ended,
                NOW.minusSeconds(60),
                ended ? NOW : null,
                null,
                result,
                null,
                null,
                false,
                null)));
  }

  private static MigrationView view(MongoMigration migration, List<JobView> jobs) {
    return new MigrationView(
        NOW,
        new MigrationView.Identity(
            NAMESPACE,
            migration.getMetadata().getName(),
            migration.getMetadata().getUid(),
            1,
            NOW.minusSeconds(3600)),
        migration.getSpec(),
        migration.getStatus(),
        jobs,
        List.of(),
        List.of(),
        null);
  }

  /// Decides, projects and tells, as the reconciler does.
  ///
  /// @return the status that is to be written
  MongoMigrationStatus reconcile(MigrationView view) {
    MongoMigrationStatus after =
        MigrationStatusProjection.project(view, MigrationDecider.decide(view));
    metrics.tell(view, after);
    return after;
  }

  /// Tells that a backup has come from Running to the status that it has.
  void tellEnd(MongoBackup backup) {
    MongoBackupStatus before =
        Serialization.unmarshal(
            "---\n{observedGeneration: 1, phase: Running, startTime: \"2026-01-01T09:58:00Z\"}",
            MongoBackupStatus.class);
    metrics.tell(
        backup,
        new BackupView(
            NOW,
            backup.getMetadata().getName(),
            backup.getMetadata().getUid(),
            1,
            before,
            Optional.empty()),
        Serialization.unmarshal(
            "---\n{observedGeneration: 1, phase: %s, startTime: \"2026-01-01T09:58:00Z\", documents: 70}"
                .formatted(backup.getStatus().phase()),
            MongoBackupStatus.class));
  }
}
