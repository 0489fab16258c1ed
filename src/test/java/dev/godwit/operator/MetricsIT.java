package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.testing.Exposition;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.api.model.Pod;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Figures of whole stories against a real API server.
class MetricsIT {

  private static final String NAME = "shop-004";

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  private void applying() {
    lab.create(Samples.migration(lab.namespace, NAME, "004"));
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    lab.awaitPhase(NAME, MigrationPhase.Applying);
  }

  @Test
  void countsOnceThoughTheStatusIsRefusedAtFirst() {
    applying();
    Pod apply = lab.awaitPod("apply");
    lab.run(apply);
    lab.awaitMigration(NAME, it -> it.getStatus().message().equals("runs the steps"));
    lab.conflicts.next(3);
    lab.end(apply, Results.APPLIED.verdict().exitCode(), Lab.json(Results.APPLIED));
    lab.awaitPhase(NAME, MigrationPhase.Succeeded);

    assertThat(lab.conflicts.left()).as("writes were refused").isZero();
    Exposition served = lab.scrape();
    assertThat(ended(served, "Succeeded")).isEqualTo(1);
    assertThat(documents(served, "Applied")).isEqualTo(400);
    assertThat(documents(served, "BackedUp")).isEqualTo(1000);
  }

  @Test
  void aRestartedOperatorCountsNothingAgain() {
    applying();
    lab.ends("apply", Results.VERIFICATION_FAILED);
    lab.ends("rollback", Results.ROLLED_BACK);
    lab.awaitPhase(NAME, MigrationPhase.RolledBack);
    Exposition served = lab.scrape();
    assertThat(served.value("godwit_rollbacks_total", "outcome", "RolledBack")).contains(1.0);
    assertThat(served.value("godwit_verification_failures_total")).contains(1.0);

    lab.restart();
    await()
        .atMost(Lab.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(lab.scrape().find("godwit_rollbacks_total"))
                    .as("it has looked at the migration")
                    .isNotEmpty());
    served = lab.scrape();
    assertThat(served.sum("godwit_rollbacks_total")).isZero();
    assertThat(served.sum("godwit_verification_failures_total")).isZero();
    assertThat(served.sum("godwit_migration_duration_seconds_count")).isZero();
    assertThat(served.value("godwit_migration_status_phase", "phase", "RolledBack")).contains(1.0);
    assertThat(served.value("godwit_migration_verification_failed")).contains(1.0);
  }

  @Test
  void seriesGoWithTheirResources() {
    applying();
    lab.ends("apply", Results.APPLIED);
    lab.awaitPhase(NAME, MigrationPhase.Succeeded);
    assertThat(lab.scrape().find("godwit_migration_stalled", "name", NAME)).hasSize(1);
    assertThat(lab.scrape().value("godwit_backup_size_bytes", "trigger", "Migration"))
        .as("121Ki, as status.size says")
        .contains(121 * 1024.0);

    lab.admin.resource(lab.backups().getFirst()).delete();
    await()
        .atMost(Lab.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(lab.scrape().names())
                    .doesNotContain(
                        "godwit_backup_status_phase",
                        "godwit_backup_size_bytes",
                        "godwit_backup_last_success_timestamp_seconds"));
    lab.admin.resource(lab.get(NAME)).delete();
    await()
        .atMost(Lab.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(lab.scrape().samples())
                    .noneMatch(it -> it.labels().containsKey("name")));
    assertThat(ended(lab.scrape(), "Succeeded")).isEqualTo(1);
  }

  private static double ended(Exposition served, String outcome) {
    return served
        .value("godwit_migration_duration_seconds_count", "outcome", outcome)
        .orElseThrow();
  }

  private static double documents(Exposition served, String activity) {
    return served.value("godwit_documents_total", "activity", activity).orElseThrow();
  }
}
