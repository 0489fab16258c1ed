package dev.godwit.operator.metrics;

import static dev.godwit.operator.metrics.Scene.NAMESPACE;
import static dev.godwit.operator.metrics.Scene.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupTarget;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSpec;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.api.v1alpha1.SecretKeyRef;
import dev.godwit.core.JobRole;
import dev.godwit.operator.resource.Marks;
import dev.godwit.testing.Exposition;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GodwitMetricsTest {

  private final Scene scene = new Scene();

  @Test
  void countsATransitionOnceHoweverOftenItIsDecided() {
    MongoMigration migration = scene.migration("m", "Applying", "");
    for (int i = 0; i < 3; i++) {
      MongoMigrationStatus after =
          scene.reconcile(Scene.ended(migration, JobRole.Apply, Verdict.Applied));
      assertThat(after.phase()).isEqualTo(MigrationPhase.Succeeded);
    }
    Exposition served = scene.scrape();
    assertThat(ended(served, "Succeeded")).isEqualTo(1);
    assertThat(served.value("godwit_migration_duration_seconds_sum", "outcome", "Succeeded"))
        .as("since Planning began")
        .contains(600.0);
    assertThat(served.value("godwit_documents_total", "activity", "Applied")).contains(400.0);
  }

  @Test
  void countsARetryAgain() {
    MongoMigration migration = scene.migration("m", "RollingBack", "");
    scene.reconcile(Scene.ended(migration, JobRole.Rollback, Verdict.RollbackFailed));
    scene.reconcile(Scene.ended(migration, JobRole.Rollback, Verdict.RollbackFailed));
    assertThat(rollbacks("RollbackFailed")).isEqualTo(1);
    migration.setStatus(Scene.status(migration, "RollingBack", 1, ""));
    scene.reconcile(Scene.ended(migration, JobRole.Rollback, Verdict.RollbackFailed));
    assertThat(rollbacks("RollbackFailed")).isEqualTo(2);
  }

  @Test
  void countsNothingThatHadEndedBeforeTheOperatorStarted() {
    MongoMigration migration = scene.migration("m", "Succeeded", "");
    scene.reconcile(Scene.ended(migration, JobRole.Apply, Verdict.Applied));
    assertThat(ended(scene.scrape(), "Succeeded")).isZero();
    assertThat(scene.scrape().sum("godwit_documents_total")).isZero();
  }

  @Test
  void aLostStatusIsNotAnotherEnd() {
    MongoMigration migration = scene.migration("m", "Applying", "");
    scene.reconcile(Scene.ended(migration, JobRole.Apply, Verdict.Applied));
    migration.setStatus(MongoMigrationStatus.NEW);
    MongoMigrationStatus after =
        scene.reconcile(Scene.ended(migration, JobRole.Apply, Verdict.Applied));
    assertThat(after.phase()).isEqualTo(MigrationPhase.Succeeded);
    assertThat(ended(scene.scrape(), "Succeeded")).isEqualTo(1);
  }

  @Test
  void countsAFailedVerificationWhenTheRollbackBegins() {
    MongoMigration migration = scene.migration("m", "Verifying", "");
    migration.setStatus(
        scene.reconcile(Scene.ended(migration, JobRole.Apply, Verdict.VerificationFailed)));
    assertThat(migration.getStatus().phase()).isEqualTo(MigrationPhase.RollingBack);
    Exposition served = scene.scrape();
    assertThat(served.value("godwit_verification_failures_total")).contains(1.0);
    assertThat(served.value("godwit_migration_verification_failed")).contains(1.0);
    assertThat(served.value("godwit_migration_stalled")).contains(0.0);
    assertThat(served.sum("godwit_migration_duration_seconds_count")).isZero();
  }

  @Test
  void countersBeginAtZeroWithTheFirstResourceOfANamespace() {
    assertThat(scene.scrape().find("godwit_rollbacks_total")).isEmpty();
    scene.reconcile(Scene.running(scene.migration("m", "Applying", ""), JobRole.Apply));
    Exposition served = scene.scrape();
    assertThat(served.find("godwit_rollbacks_total")).hasSize(2);
    assertThat(served.find("godwit_migration_duration_seconds_count")).hasSize(4);
    assertThat(served.find("godwit_backup_duration_seconds_count")).hasSize(2);
    assertThat(served.find("godwit_restore_duration_seconds_count")).hasSize(2);
    assertThat(served.find("godwit_documents_total")).hasSize(4);
    assertThat(served.value("godwit_verification_failures_total", "namespace", NAMESPACE))
        .contains(0.0);
  }

  @Test
  void seriesGoWithTheirResourceAndCountersStay() {
    MongoMigration migration = scene.migration("m", "Applying", "");
    MongoBackup backup = scene.backup("b", "\"2026-01-01T09:59:00Z\"", "Succeeded", "4096Ki", true);
    scene.reconcile(Scene.ended(migration, JobRole.Apply, Verdict.Applied));
    assertThat(scene.scrape().find("godwit_migration_status_phase")).hasSize(10);
    assertThat(scene.scrape().find("godwit_backup_size_bytes")).hasSize(1);
    scene.migrations.clear();
    scene.backups.remove(backup);
    Exposition served = scene.scrape();
    assertThat(served.samples()).noneMatch(it -> it.labels().containsKey("name"));
    assertThat(served.find("godwit_backup_size_bytes")).isEmpty();
    assertThat(served.value("godwit_migrations", "phase", "Applying")).contains(0.0);
    assertThat(ended(served, "Succeeded")).isEqualTo(1);
  }

  @Test
  void oneThatStandsByTellsNothingOfResources() {
    scene.migration("m", "Applying", "");
    scene.leadership.end();
    Exposition served = scene.scrape();
    assertThat(served.names()).containsOnly("godwit_build_info", "godwit_leader");
    assertThat(served.value("godwit_leader")).contains(0.0);
    scene.leadership.begin();
    assertThat(scene.scrape().value("godwit_leader")).contains(1.0);
    assertThat(scene.scrape().find("godwit_migration_status_phase")).hasSize(10);
  }

  @Test
  void aRunIsShownWhileItRuns() {
    MongoMigration migration =
        scene.migration("m", "Applying", ", progress: {percent: 64, rate: 250, step: index}");
    assertThat(scene.scrape().find("godwit_migration_last_progress_timestamp_seconds")).isEmpty();
    scene.reconcile(Scene.running(migration, JobRole.Apply));
    Exposition served = scene.scrape();
    assertThat(served.value("godwit_migration_progress_ratio")).contains(0.64);
    assertThat(served.value("godwit_migration_documents_per_second")).contains(250.0);
    assertThat(served.value("godwit_migration_last_progress_timestamp_seconds"))
        .contains((double) NOW.getEpochSecond());
    assertThat(served.value("godwit_migration_phase_start_timestamp_seconds"))
        .contains((double) NOW.minusSeconds(60).getEpochSecond());
    migration.setStatus(Scene.status(migration, "Succeeded", 0, ""));
    served = scene.scrape();
    assertThat(served.find("godwit_migration_documents_per_second")).isEmpty();
    assertThat(served.find("godwit_migration_last_progress_timestamp_seconds")).isEmpty();
  }

  @Test
  void aMigrationThatNobodyHasSeenIsPending() {
    MongoMigration migration = scene.migration("m", "Applying", "");
    migration.setStatus(MongoMigrationStatus.NEW);
    assertThat(scene.scrape().value("godwit_migration_status_phase", "phase", "Pending"))
        .contains(1.0);
    assertThat(scene.scrape().value("godwit_migration_phase_start_timestamp_seconds"))
        .contains((double) NOW.minusSeconds(3600).getEpochSecond());
  }

  @Test
  void theLatestBackupOfATargetCounts() {
    scene.backup("old", "\"2026-01-01T01:00:00Z\"", "Succeeded", "1Mi", false);
    scene.backup("new", "\"2026-01-01T03:00:00Z\"", "Succeeded", "4096Ki", false);
    scene.backup("older", "\"2026-01-01T02:00:00Z\"", "Succeeded", "3Mi", false);
    scene.backup("bad", "\"2026-01-01T02:30:00Z\"", "Failed", "null", false);
    scene.backup("of-migration", "\"2026-01-01T04:00:00Z\"", "Succeeded", "512", true);
    scene.backup("runs", "null", "Running", "null", false);
    scene
        .backup("nightly", "\"2026-01-01T05:00:00Z\"", "Succeeded", "1Ki", false)
        .getMetadata()
        .setLabels(Map.of(Marks.OWNER_KIND, "MongoBackupSchedule"));
    Exposition served = scene.scrape();
    assertThat(served.value("godwit_backup_size_bytes", "trigger", "Manual"))
        .contains(4096 * 1024.0);
    assertThat(served.value("godwit_backup_size_bytes", "trigger", "Schedule")).contains(1024.0);
    assertThat(served.value("godwit_backup_size_bytes", "trigger", "Migration")).contains(512.0);
    assertThat(
            served.value(
                "godwit_backup_last_success_timestamp_seconds",
                "namespace",
                NAMESPACE,
                "target",
                "shop-mongodb",
                "database",
                "shop",
                "trigger",
                "Manual"))
        .contains(1767236400.0);
    assertThat(served.value("godwit_backup_last_failure_timestamp_seconds", "trigger", "Manual"))
        .contains(1767234600.0);
    assertThat(served.value("godwit_backups", "phase", "Succeeded")).contains(5.0);
    assertThat(served.value("godwit_backups", "phase", "Running")).contains(1.0);
    assertThat(served.find("godwit_backup_status_phase", "name", "bad")).hasSize(5);
  }

  @Test
  void aRestoreShowsWhereItIsAndIsCountedWhenItEnds() {
    scene.restore("back", "Restoring", "progress: {percent: 40, bytesRate: 5000000}");
    scene.restore("old", "Failed", "progress: {percent: 40, bytesRate: 4000000}");
    Exposition served = scene.scrape();
    assertThat(served.find("godwit_restore_bytes_per_second"))
        .as("of one that runs alone")
        .hasSize(1);
    assertThat(served.value("godwit_restore_bytes_per_second", "name", "back")).contains(5e6);
    assertThat(served.value("godwit_restores", "phase", "Restoring")).contains(1.0);
    assertThat(served.value("godwit_restore_progress_ratio", "name", "back")).contains(0.4);
    scene.tellEnd(scene.restore("done", "Succeeded", "documents: 70"));
    served = scene.scrape();
    assertThat(served.value("godwit_documents_total", "activity", "Restored")).contains(70.0);
    assertThat(served.value("godwit_restore_duration_seconds_count", "outcome", "Succeeded"))
        .contains(1.0);
  }

  @Test
  void aScheduleTellsItsLastSuccessAndItsVerification() {
    scene.schedule("nightly", "result: Failed, time: \"2026-01-01T09:00:00Z\"");
    Exposition served = scene.scrape();
    assertThat(served.value("godwit_backup_schedule_backups", "name", "nightly")).contains(3.0);
    assertThat(served.value("godwit_backup_schedule_last_success_timestamp_seconds"))
        .contains(1767236400.0);
    assertThat(served.value("godwit_backup_verification_succeeded")).contains(0.0);
  }

  @Test
  void aBackupThatRunsTellsHowFastItReads() {
    scene.backup(
        "runs", "null", "Running", "null, progress: {percent: 10, bytesRate: 7000000}", false);
    scene.backup(
        "done",
        "\"2026-01-01T09:59:00Z\"",
        "Succeeded",
        "1Mi, progress: {percent: 100, bytesRate: 8000000}",
        false);
    Exposition served = scene.scrape();
    assertThat(served.find("godwit_backup_bytes_per_second")).hasSize(1);
    assertThat(served.value("godwit_backup_bytes_per_second", "name", "runs")).contains(7e6);
  }

  /// Created at 9 o'clock, to be verified every half an hour.
  @ParameterizedTest
  @CsvSource({
    "'', 2026-01-01T09:30:00Z",
    "'number: 1, result: Running', 2026-01-01T09:30:00Z",
    "'number: 1, result: Succeeded', 2026-01-01T10:00:00Z",
    "'number: 7, result: Failed', 2026-01-01T13:00:00Z",
    "'number: 8, result: Running', 2026-01-01T13:00:00Z",
  })
  void aScheduleTellsWhenItsVerificationIsDue(String verification, Instant due) {
    scene.schedule("nightly", verification);
    assertThat(scene.scrape().value("godwit_backup_verification_due_timestamp_seconds"))
        .contains((double) due.getEpochSecond());
    assertThat(scene.scrape().value("godwit_backup_schedule_last_timestamp_seconds"))
        .contains((double) NOW.getEpochSecond());
  }

  @Test
  void aVerificationThatRunsHasNoResult() {
    scene.schedule("nightly", "result: Running");
    assertThat(scene.scrape().find("godwit_backup_verification_succeeded")).isEmpty();
  }

  /// A backup of single collections, or of what another key leads to, is no backup of the database.
  @Test
  void backupsOfSomethingElseAreSeriesOfTheirOwn() {
    whole(scene.backup("whole", "\"2026-01-01T01:00:00Z\"", "Failed", "null", false), null);
    whole(scene.backup("other", "\"2026-01-01T02:00:00Z\"", "Succeeded", "2Mi", false), "other");
    scene.backup("part", "\"2026-01-01T03:00:00Z\"", "Succeeded", "1Mi", false);
    Exposition served = scene.scrape();
    assertThat(
            served.find(
                "godwit_backup_last_failure_timestamp_seconds", "key", "uri", "scope", "Whole"))
        .hasSize(1);
    assertThat(
            served.find(
                "godwit_backup_last_success_timestamp_seconds", "key", "uri", "scope", "Whole"))
        .isEmpty();
    assertThat(served.value("godwit_backup_size_bytes", "key", "other", "scope", "Whole"))
        .contains(2 * 1024 * 1024.0);
    assertThat(served.value("godwit_backup_size_bytes", "key", "uri", "scope", "Collections"))
        .contains(1024 * 1024.0);
  }

  private static void whole(MongoBackup backup, String key) {
    MongoBackupSpec spec = backup.getSpec();
    BackupTarget target = spec.target();
    backup.setSpec(
        new MongoBackupSpec(
            new BackupTarget(
                new SecretKeyRef(target.secretRef().name(), key), target.database(), null),
            spec.storage(),
            spec.compression(),
            spec.parallelism(),
            spec.consistency(),
            spec.verification(),
            spec.job()));
  }

  /// The migration sees a moment later that its backup is complete; until then it is not stuck.
  @Test
  void aBackupThatIsCompleteIsTheMigrationsLastProgress() {
    scene.migration("m", "BackingUp", ", backup: b");
    MongoBackup backup = scene.backup("b", "null", "Pending", "null", true);
    assertThat(scene.scrape().find("godwit_migration_last_progress_timestamp_seconds")).isEmpty();
    scene.backups.remove(backup);
    scene.backup("b", "\"2026-01-01T09:59:30Z\"", "Succeeded", "1Mi", true);
    assertThat(scene.scrape().value("godwit_migration_last_progress_timestamp_seconds"))
        .contains((double) NOW.minusSeconds(30).getEpochSecond());
  }

  @Test
  void countsABackupOnce() {
    MongoBackup backup = scene.backup("b", "\"2026-01-01T09:59:00Z\"", "Succeeded", "1Mi", false);
    scene.tellEnd(backup);
    scene.tellEnd(backup);
    assertThat(scene.scrape().value("godwit_documents_total", "activity", "BackedUp"))
        .contains(70.0);
    assertThat(scene.scrape().value("godwit_backup_duration_seconds_sum", "outcome", "Succeeded"))
        .contains(120.0);
  }

  @Test
  void aResourceThatCannotBeReadDoesNotTakeTheOthersAway() {
    scene.backup("odd", "yesterday", "Succeeded", "1Mi", false);
    scene.backup("good", "\"2026-01-01T03:00:00Z\"", "Succeeded", "4096Ki", false);
    assertThat(scene.scrape().value("godwit_backup_size_bytes")).contains(4096 * 1024.0);
  }

  @Test
  void forgetsWhatIsGoneWhenANewOneComes() {
    AtomicReference<Set<String>> present = new AtomicReference<>(Set.of("one"));
    Memory memory = new Memory(present::get);
    memory.look("one", MigrationPhase.Applying, null, true, NOW);
    memory.look("one", MigrationPhase.Applying, null, true, NOW);
    assertThat(memory.lastProgress("one", MigrationPhase.Applying)).contains(NOW);
    present.set(Set.of("two"));
    memory.look("two", MigrationPhase.Applying, null, true, NOW);
    assertThat(memory.size()).isEqualTo(1);
    assertThat(memory.lastProgress("one", MigrationPhase.Applying)).isEmpty();
  }

  @Test
  void countersOfANamespaceGoAnHourAfterItsLastResource() {
    AtomicReference<Set<String>> present = new AtomicReference<>(Set.of("gone", "stays"));
    Counters counters = new Counters(scene.registry, present::get);
    counters.know("gone", NOW);
    counters.know("stays", NOW);
    present.set(Set.of("stays", "next"));
    counters.know("next", NOW.plus(Duration.ofMinutes(59)));
    assertThat(scene.scrape().find("godwit_rollbacks_total", "namespace", "gone")).hasSize(2);
    counters.know("other", NOW.plus(Duration.ofMinutes(61)));
    assertThat(scene.scrape().samples())
        .noneMatch(it -> "gone".equals(it.labels().get("namespace")));
    assertThat(scene.scrape().find("godwit_rollbacks_total", "namespace", "stays")).hasSize(2);
  }

  private static double ended(Exposition served, String outcome) {
    return served
        .value("godwit_migration_duration_seconds_count", "outcome", outcome)
        .orElseThrow();
  }

  private double rollbacks(String outcome) {
    return scene.scrape().value("godwit_rollbacks_total", "outcome", outcome).orElseThrow();
  }
}
