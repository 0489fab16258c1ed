package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.job.JobContract;
import dev.godwit.api.job.PlanSummary;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.operator.resource.RunnerJob;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Whole stories against a real API server and its controllers, with exactly the operator's rights.
class MigrationStoriesIT {

  private static final String NAME = "shop-004";
  private static final ObjectMapper JSON = new ObjectMapper().setDefaultMergeable(true);

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  private void createShop() {
    lab.create(Samples.migration(lab.namespace, NAME, "004"));
  }

  @Test
  void backsUpAppliesVerifies() {
    createShop();
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    lab.awaitPhase(NAME, MigrationPhase.Applying);
    lab.ends("apply", Results.APPLIED);
    MongoMigration done = lab.awaitPhase(NAME, MigrationPhase.Succeeded);

    assertThat(Lab.condition(done, "Ready")).isEqualTo("True");
    assertThat(Lab.condition(done, "BackedUp")).isEqualTo("True");
    assertThat(Lab.condition(done, "Applied")).isEqualTo("True");
    assertThat(Lab.condition(done, "Verified")).isEqualTo("True");
    assertThat(Lab.condition(done, "Reconciling")).isNull();
    assertThat(done.getStatus().observedGeneration()).isEqualTo(1);
    assertThat(done.getStatus().progress().position()).isEqualTo("3/3");
    assertThat(done.getStatus().progress().done()).isEqualTo("100%");
    assertThat(done.getStatus().outcome()).hasSize(3);
    assertThat(lab.backups()).hasSize(1);
    assertThat(lab.backups().getFirst().getMetadata().getOwnerReferences()).isEmpty();
    assertThat(done.getStatus().backup())
        .isEqualTo(lab.backups().getFirst().getMetadata().getName());
    lab.assertOneJobOfEachKind();
    for (String reason :
        List.of("PlanReady", "MigrationStarted", "StepCompleted", "MigrationSucceeded")) {
      assertThat(lab.events(reason)).as(reason).isNotEmpty();
    }
    await()
        .atMost(Lab.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(lab.jobs())
                    .allSatisfy(
                        job ->
                            assertThat(job.getSpec().getTtlSecondsAfterFinished()).isPositive()));
  }

  @Test
  void rollsBackWhenTheVerificationFails() {
    createShop();
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    lab.ends("apply", Results.VERIFICATION_FAILED);
    MongoMigration rolling = lab.awaitPhase(NAME, MigrationPhase.RollingBack);
    assertThat(Lab.condition(rolling, "Verified")).isEqualTo("False");
    Job rollback = lab.jobs("rollback").getFirst();
    List<String> args =
        rollback.getSpec().getTemplate().getSpec().getContainers().getFirst().getArgs();
    assertThat(args)
        .containsSubsequence("--backup-dir", JobContract.BACKUP_DIR, "--backup-location");
    assertThat(rollback.getSpec().getActiveDeadlineSeconds()).isNull();

    lab.ends("rollback", Results.ROLLED_BACK);
    MongoMigration done = lab.awaitPhase(NAME, MigrationPhase.RolledBack);
    assertThat(Lab.condition(done, "Stalled")).isEqualTo("True");
    assertThat(Lab.condition(done, "Ready")).isEqualTo("False");
    assertThat(done.getStatus().failure().message()).contains("no-upper-case");
    assertThat(lab.events("VerificationFailed")).hasSize(1);
    assertThat(lab.events("RolledBack")).hasSize(1);
    lab.assertOneJobOfEachKind();
  }

  @Test
  void aRestartInEachPhaseStartsNothingTwice() {
    createShop();
    lab.awaitPod("plan");
    lab.restart();
    lab.ends("plan", Results.PLANNED);
    lab.awaitPod("backup");
    lab.restart();
    lab.ends("backup", Results.BACKED_UP);
    lab.awaitPod("apply");
    lab.restart();
    lab.ends("apply", Results.VERIFICATION_FAILED);
    lab.awaitPod("rollback");
    lab.restart();
    lab.ends("rollback", Results.ROLLED_BACK);
    lab.awaitPhase(NAME, MigrationPhase.RolledBack);
    lab.restart();
    lab.assertOneJobOfEachKind();
    assertThat(lab.jobs()).hasSize(4);
    assertThat(lab.backups()).hasSize(1);
    for (String once : List.of("PlanReady", "MigrationStarted", "RollbackStarted", "RolledBack")) {
      assertThat(lab.events(once)).as(once).hasSize(1);
    }
  }

  @Test
  void whatHappensWhileTheOperatorIsAwayIsNotLost() {
    createShop();
    Pod plan = lab.awaitPod("plan");
    lab.stop();
    lab.end(plan, 0, Lab.json(Results.PLANNED));
    lab.start();
    lab.ends("backup", Results.BACKED_UP);
    lab.awaitPhase(NAME, MigrationPhase.Applying);
  }

  @Test
  void aLostStatusIsFoundAgain() {
    createShop();
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    lab.awaitPhase(NAME, MigrationPhase.Applying);
    lab.stop();
    lab.admin
        .resources(MongoMigration.class)
        .inNamespace(lab.namespace)
        .withName(NAME)
        .editStatus(
            it -> {
              it.setStatus(dev.godwit.api.v1alpha1.MongoMigrationStatus.NEW);
              return it;
            });
    lab.start();
    lab.awaitPhase(NAME, MigrationPhase.Applying);
    lab.ends("apply", Results.APPLIED);
    lab.awaitPhase(NAME, MigrationPhase.Succeeded);
    lab.assertOneJobOfEachKind();
  }

  @Test
  void aJobDeletedByHandIsFollowedByAReadingJob() {
    createShop();
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    lab.awaitPod("apply");
    lab.admin.resource(lab.jobs("apply").getFirst()).delete();
    lab.ends("verdict", Results.of(Verdict.Untouched, null));
    MongoMigration failed = lab.awaitPhase(NAME, MigrationPhase.Failed);
    assertThat(failed.getStatus().failure().message()).contains("nothing was changed");
    assertThat(Lab.condition(failed, "Applied")).isEqualTo("False");
  }

  @Test
  void anUnexpectedErrorEndsTheJobAndTheHistoryDecides() {
    createShop();
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    Pod apply = lab.awaitPod("apply");
    lab.run(apply);
    lab.end(apply, 1, "not json");
    lab.ends("verdict", Results.of(Verdict.Unfinished, null));
    lab.awaitPhase(NAME, MigrationPhase.RollingBack);
    assertThat(lab.jobs("apply")).hasSize(1);
  }

  @Test
  void aCrashedPodIsReplacedByTheSameJob() {
    createShop();
    Pod plan = lab.awaitPod("plan");
    lab.run(plan);
    lab.end(plan, 137, null);
    lab.ends("plan", Results.PLANNED);
    lab.awaitPhase(NAME, MigrationPhase.BackingUp);
    assertThat(lab.jobs("plan")).hasSize(1);
  }

  @Test
  void aWantedRollbackIsReady() {
    createShop();
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    lab.ends("apply", Results.APPLIED);
    lab.awaitPhase(NAME, MigrationPhase.Succeeded);
    lab.patch(NAME, "{\"desiredState\":\"RolledBack\"}");
    lab.ends("rollback", Results.ROLLED_BACK);
    MongoMigration done = lab.awaitPhase(NAME, MigrationPhase.RolledBack);
    assertThat(Lab.condition(done, "Ready")).isEqualTo("True");
    assertThat(Lab.condition(done, "Stalled")).isNull();
  }

  @Test
  void aRefusedRollbackLeavesItAppliedUntilSomebodyActs() {
    createShop();
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    lab.ends("apply", Results.APPLIED);
    lab.awaitPhase(NAME, MigrationPhase.Succeeded);
    lab.patch(NAME, "{\"desiredState\":\"RolledBack\"}");
    lab.ends("rollback", Results.of(Verdict.Refused, "its undo data are dropped"));
    lab.ends("verdict", Results.APPLIED);
    MongoMigration refused =
        lab.awaitMigration(NAME, it -> "True".equals(Lab.condition(it, "Stalled")));
    assertThat(refused.getStatus().phase()).isEqualTo(MigrationPhase.Succeeded);
    assertThat(Lab.condition(refused, "Ready")).isEqualTo("False");
    assertThat(Lab.condition(refused, "Verified")).isEqualTo("True");
    assertThat(refused.getStatus().message()).contains("its undo data are dropped");

    lab.patch(NAME, "{\"desiredState\":\"Applied\"}");
    MongoMigration left = lab.awaitMigration(NAME, it -> "True".equals(Lab.condition(it, "Ready")));
    assertThat(Lab.condition(left, "Stalled")).isNull();
    assertThat(left.getStatus().failure()).isNull();
  }

  @Test
  void theApplyJobIsStoppedBeforeAWantedRollback() {
    createShop();
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    lab.run(lab.awaitPod("apply"));
    lab.awaitPhase(NAME, MigrationPhase.Applying);
    lab.patch(NAME, "{\"desiredState\":\"RolledBack\"}");
    lab.awaitPod("rollback");
    assertThat(lab.jobs("apply")).isEmpty();
    lab.ends("rollback", Results.ROLLED_BACK);
    lab.awaitPhase(NAME, MigrationPhase.RolledBack);
  }

  @Test
  void aSuspendedJobIsStoppedAndGoesOn() {
    createShop();
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    Pod stopped = lab.awaitPod("apply");
    lab.patch(NAME, "{\"suspend\":true}");
    await()
        .atMost(Lab.PATIENCE)
        .until(() -> lab.admin.resource(stopped).get() == null && suspended("apply"));
    lab.awaitMigration(
        NAME, it -> it.getStatus().message().matches("suspended, Job .* is stopped; .*"));
    assertThat(lab.get(NAME).getStatus().phase()).isEqualTo(MigrationPhase.Applying);

    lab.patch(NAME, "{\"suspend\":false}");
    lab.ends("apply", Results.APPLIED);
    lab.awaitPhase(NAME, MigrationPhase.Succeeded);
    lab.assertOneJobOfEachKind();
  }

  @Test
  void beingSuspendedIsNoFailureHoweverOften() {
    create(NAME, "004", "{\"job\":{\"backoffLimit\":1}}");
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    for (int time = 0; time < 3; time++) {
      Pod apply = lab.awaitPod("apply");
      hold(apply, true);
      lab.run(apply);
      lab.patch(NAME, "{\"suspend\":true}");
      await()
          .atMost(Lab.PATIENCE)
          .until(
              () -> lab.admin.resource(apply).get().getMetadata().getDeletionTimestamp() != null);
      lab.end(apply, 20, Lab.json(Results.of(Verdict.Interrupted, "stopped on request")));
      hold(apply, false);
      await().atMost(Lab.PATIENCE).until(() -> lab.admin.resource(apply).get() == null);
      lab.patch(NAME, "{\"suspend\":false}");
    }
    lab.ends("apply", Results.APPLIED);
    lab.awaitPhase(NAME, MigrationPhase.Succeeded);
    lab.assertOneJobOfEachKind();
  }

  /// Keeps a pod there after its end, or lets it go; finalizers of others stay.
  private void hold(Pod pod, boolean hold) {
    lab.admin
        .resource(pod)
        .patch(
            PatchContext.of(PatchType.STRATEGIC_MERGE),
            "{\"metadata\":{\"%s\":[\"godwit.dev/test\"]}}"
                .formatted(hold ? "finalizers" : "$deleteFromPrimitiveList/finalizers"));
  }

  @Test
  void waitsForApprovalOfItsPlan() {
    create(NAME, "004", "{\"approval\":{\"required\":true}}");
    String hash = "sha256:" + "ab".repeat(32);
    lab.ends(
        "plan",
        Results.PLANNED.withPlan(
            new PlanSummary(List.of("users"), List.of(), 1000, true, hash)
                .withText("Database shop")));
    MongoMigration waiting = lab.awaitMigration(NAME, it -> says(it, "waits for approval"));
    assertThat(waiting.getStatus().phase()).isEqualTo(MigrationPhase.Pending);
    assertThat(waiting.getStatus().plan().hash()).isEqualTo(hash);
    assertThat(waiting.getStatus().plan().text()).isEqualTo("Database shop");
    assertThat(Lab.condition(waiting, "Reconciling")).isEqualTo("True");
    assertThat(lab.backups()).isEmpty();

    lab.patch(NAME, "{\"approval\":{\"planHash\":\"%s\"}}".formatted(hash));
    lab.ends("backup", Results.BACKED_UP);
    lab.ends("apply", Results.APPLIED);
    lab.awaitPhase(NAME, MigrationPhase.Succeeded);
    assertThat(lab.events("WaitingForApproval")).hasSize(1);
    lab.assertOneJobOfEachKind();
  }

  @Test
  void recordsAsAppliedWithOneJob() {
    create(NAME, "004", "{\"desiredState\":\"Baselined\"}");
    lab.ends("baseline", Results.of(Verdict.Recorded, null));
    MongoMigration done = lab.awaitPhase(NAME, MigrationPhase.Succeeded);
    assertThat(Lab.condition(done, "Ready")).isEqualTo("True");
    assertThat(lab.jobs("apply")).isEmpty();
    assertThat(lab.backups()).isEmpty();
  }

  @Test
  void whatTheHistoryOnlyRecordsIsNotCalledVerified() {
    createShop();
    lab.ends("plan", Results.of(Verdict.Recorded, null));
    MongoMigration done = lab.awaitPhase(NAME, MigrationPhase.Succeeded);
    assertThat(done.getStatus().message())
        .isEqualTo("is recorded as applied in the database's history; nothing was run");
    assertThat(Lab.condition(done, "Ready")).isEqualTo("True");
    assertThat(Lab.condition(done, "Applied")).isEqualTo("True");
    assertThat(Lab.condition(done, "Verified")).isNull();
    assertThat(lab.jobs("apply")).isEmpty();
    assertThat(lab.backups()).isEmpty();
  }

  @Test
  void waitsForWhatItDependsOn() {
    create(NAME, "004", "{\"dependsOn\":[{\"name\":\"billing\"}]}");
    lab.awaitMigration(NAME, it -> says(it, "not there"));
    create(
        "billing",
        "001",
        """
        {"dependsOn": [{"name": "%s"}], "desiredState": "Baselined", "target": {"database": "billing"}}
        """
            .formatted(NAME));
    lab.awaitMigration(NAME, it -> says(it, "goes round in a circle"));
    lab.patch("billing", "{\"dependsOn\":null}");
    lab.ends("baseline", Results.of(Verdict.Recorded, null));
    lab.awaitPod("plan");
  }

  private static boolean says(MongoMigration migration, String words) {
    return migration.getStatus().message() != null
        && migration.getStatus().message().contains(words);
  }

  private void create(String name, String version, String spec) {
    try {
      ObjectNode json = JSON.valueToTree(Samples.migration(lab.namespace, name, version));
      json.set("spec", JSON.readerForUpdating(json.get("spec")).readValue(spec));
      lab.create(JSON.treeToValue(json, MongoMigration.class));
    } catch (JsonProcessingException wrong) {
      throw new IllegalArgumentException(wrong);
    }
  }

  private boolean suspended(String command) {
    return Boolean.TRUE.equals(lab.jobs(command).getFirst().getSpec().getSuspend());
  }

  @Test
  void aRaisedRetryRunsAgain() {
    createShop();
    lab.ends("plan", Results.of(Verdict.Refused, "spec.preconditions[0]: no users"));
    MongoMigration failed = lab.awaitPhase(NAME, MigrationPhase.Failed);
    assertThat(failed.getStatus().message()).contains("spec.preconditions[0]");
    lab.patch(NAME, "{\"retry\":1}");
    lab.ends("plan", Results.PLANNED);
    lab.awaitPhase(NAME, MigrationPhase.BackingUp);
    assertThat(lab.jobs("plan")).hasSize(2);
  }

  @Test
  void successorsWaitForTheirPredecessor() {
    lab.create(Samples.migration(lab.namespace, "shop-010", "10"));
    lab.awaitPod("plan");
    lab.create(Samples.migration(lab.namespace, "shop-020", "20"));
    MongoMigration waiting = lab.awaitPhase("shop-020", MigrationPhase.Pending);
    assertThat(waiting.getStatus().message()).contains("shop-010");
    lab.ends("plan", Results.of(Verdict.Applied, null));
    lab.awaitPhase("shop-010", MigrationPhase.Succeeded);
    lab.ends("plan", Results.of(Verdict.Applied, null));
    lab.awaitPhase("shop-020", MigrationPhase.Succeeded);
  }

  @Test
  void deletingStopsTheJobAndKeepsTheBackup() {
    createShop();
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    lab.run(lab.awaitPod("apply"));
    lab.awaitPhase(NAME, MigrationPhase.Applying);
    lab.admin.resource(lab.get(NAME)).delete();
    await().atMost(Lab.PATIENCE).until(() -> lab.get(NAME) == null);
    assertThat(lab.jobs("apply")).isEmpty();
    assertThat(lab.backups()).hasSize(1);
  }

  @Test
  void aDeletedMigrationSaysWhatItWaitsFor() {
    createShop();
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    Pod apply = lab.awaitPod("apply");
    hold(apply, true);
    lab.awaitPhase(NAME, MigrationPhase.Applying);
    lab.admin.resource(lab.get(NAME)).delete();
    lab.awaitMigration(NAME, it -> says(it, "is being deleted: waits for Job"));
    hold(apply, false);
    await().atMost(Lab.PATIENCE).until(() -> lab.get(NAME) == null);
  }

  @Test
  void waitsWhileAsManyAreAtWorkAsMay() {
    try (Lab one = new Lab(TestConfig.DEFAULT.withJobs(1))) {
      one.create(Samples.migration(one.namespace, NAME, "004"));
      one.awaitPhase(NAME, MigrationPhase.Planning);
      one.create(
          Serialization.unmarshal(
              Serialization.asYaml(Samples.migration(one.namespace, "other-001", "001"))
                  .replace("shop-mongodb", "other-mongodb"),
              MongoMigration.class));
      one.awaitMigration("other-001", it -> says(it, "runner.maxConcurrentJobs"));
      assertThat(one.jobs()).as("only the first has a Job").hasSize(1);
      one.ends("plan", Results.PLANNED);
      one.ends("backup", Results.BACKED_UP);
      one.ends("apply", Results.APPLIED);
      one.awaitPhase(NAME, MigrationPhase.Succeeded);
      one.awaitPhase("other-001", MigrationPhase.Planning);
    }
  }

  @Test
  void theManifestGoesInAsAnImmutableConfigMap() {
    createShop();
    lab.awaitPod("plan");
    Job plan = lab.jobs("plan").getFirst();
    ConfigMap manifest =
        lab.admin.configMaps().inNamespace(lab.namespace).withName(RunnerJob.manifest(plan)).get();
    assertThat(manifest.getImmutable()).isTrue();
    assertThat(manifest.getData().get("manifest.json"))
        .contains("\"version\":\"004\"", "\"retry\":0", "\"desiredState\":\"Applied\"")
        .doesNotContain("\"status\"", "managedFields");
    assertThat(manifest.getMetadata().getOwnerReferences()).hasSize(1);
  }
}
