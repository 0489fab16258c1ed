package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.job.PlanSummary;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.api.model.Event;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Migrations that use a backup again, against a real API server.
class ReuseStoriesIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "shop-004";
  private static final String NIGHTLY = "nightly";

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  /// The backup of the whole database, which began at a position of the history.
  private MongoBackup backUp(String position) {
    ObjectNode json = JSON.valueToTree(Samples.backup(lab.namespace, NIGHTLY));
    json.withObject("/spec/target").remove("collections");
    json.withObject("/spec/job/nodeSelector").put("godwit.dev/nowhere", "true");
    lab.admin.resource(JSON.convertValue(json, MongoBackup.class)).create();
    RunResult said = Results.BACKED_UP;
    lab.ends(
        "backup",
        new RunResult(
            said.verdict(),
            said.database(),
            null,
            null,
            null,
            null,
            null,
            null,
            said.backup().at(position),
            null));
    return await()
        .atMost(Lab.PATIENCE)
        .until(
            () -> lab.backups().getFirst(),
            it -> it.getStatus() != null && it.getStatus().phase() == BackupPhase.Succeeded);
  }

  private void migrate() {
    ObjectNode json = JSON.valueToTree(Samples.migration(lab.namespace, NAME, "004"));
    json.withObject("/spec/backup").put("reuseYoungerThan", "2h");
    lab.create(JSON.convertValue(json, MongoMigration.class));
    RunResult plan = Results.PLANNED;
    lab.ends(
        "plan",
        new RunResult(
            Verdict.Planned,
            plan.database(),
            plan.attempt(),
            plan.checksum(),
            plan.plan().at(4_200_000L, "3.7"),
            null,
            null,
            null,
            null,
            null));
  }

  @Test
  void aYoungBackupIsUsedAndARollbackRestoresIt() {
    MongoBackup backup = backUp("3.7");
    assertThat(backup.getStatus().position()).isEqualTo("3.7");
    migrate();
    MongoMigration applying = lab.awaitPhase(NAME, MigrationPhase.Applying);
    assertThat(applying.getStatus().backup()).isEqualTo(NIGHTLY);
    assertThat(lab.backups()).hasSize(1);
    assertThat(events("BackupReused")).hasSize(1);
    assertThat(events("BackupStarted")).isEmpty();
    assertThat(args("apply")).containsSubsequence("--backup-position", "3.7");
    lab.restart();
    lab.admin.resource(backup).delete();
    lab.ends("apply", Results.VERIFICATION_FAILED);
    lab.awaitPhase(NAME, MigrationPhase.RollingBack);
    assertThat(args("rollback"))
        .as("it is pinned, although somebody deletes it")
        .containsSubsequence("--backup-location", backup.getStatus().location());
    lab.ends("rollback", Results.ROLLED_BACK);
    lab.awaitPhase(NAME, MigrationPhase.RolledBack);
    await().atMost(Lab.PATIENCE).until(() -> lab.backups().isEmpty());
  }

  /// What is told of the migration; its backup tells the same of itself.
  private List<Event> events(String reason) {
    return lab.events(reason).stream()
        .filter(event -> event.getInvolvedObject().getKind().equals("MongoMigration"))
        .toList();
  }

  private List<String> args(String command) {
    return lab.jobs(command)
        .getFirst()
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getArgs();
  }

  @Test
  void oneFromBeforeARunOfGodwitIsNot() {
    backUp("3.6");
    migrate();
    await().atMost(Lab.PATIENCE).until(() -> lab.backups().size() == 2);
    await().atMost(Lab.PATIENCE).until(() -> events("PlanReady").size() == 1);
    assertThat(events("BackupReused")).isEmpty();
    PlanSummary plan = Results.PLANNED.plan();
    assertThat(events("PlanReady"))
        .singleElement()
        .satisfies(
            event ->
                assertThat(event.getMessage())
                    .contains(plan.documents() + " documents", "4102KiB"));
  }

  @Test
  void aNewOneTellsHowLongItMayTake() {
    MongoBackup earlier = backUp("3.6");
    ObjectNode json = JSON.valueToTree(earlier);
    Instant end = Instant.parse(earlier.getStatus().completionTime());
    json.withObject("/status").put("startTime", end.minusSeconds(90).toString());
    json.withObject("/status").put("sizeUncompressed", "2100k");
    lab.admin.resource(JSON.convertValue(json, MongoBackup.class)).updateStatus();
    migrate();
    await().atMost(Lab.PATIENCE).until(() -> events("PlanReady").size() == 1);
    assertThat(events("PlanReady").getFirst().getMessage())
        .endsWith("about 3m0s, as backup nightly took 1m30s for 2051KiB");
  }
}
