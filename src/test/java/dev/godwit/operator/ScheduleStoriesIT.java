package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.RestorePhase;
import dev.godwit.api.v1alpha1.SchedulePhase;
import dev.godwit.api.v1alpha1.VerificationResult;
import dev.godwit.operator.resource.Marks;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Schedules, and the deletion of backups, against a real API server and its Job controller. A
/// schedule that is due is one whose status says that it last did something long ago.
class ScheduleStoriesIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "nightly";

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void takesABackupWhenItIsTimeAndVerifiesIt() {
    lab.stop();
    create("{\"schedule\": \"* * * * *\", \"verifyEvery\": \"1s\"}");
    lastDidSomething(Instant.now().minus(Duration.ofHours(9)));
    lab.start();
    lab.ends("backup", Results.BACKED_UP);
    MongoBackupSchedule schedule =
        awaitSchedule(it -> Integer.valueOf(1).equals(it.getStatus().backups()));
    MongoBackup backup = backup(schedule.getStatus().lastSuccessfulBackup());
    assertThat(backup.getMetadata().getName()).startsWith("nightly-20");
    assertThat(backup.getMetadata().getOwnerReferences())
        .as("deleting the schedule must not delete its backups")
        .isEmpty();
    assertThat(backup.getSpec().deletionPolicy()).as("there is no retention").isNull();
    lab.ends("verify", RunResult.of(Verdict.Verified, null));
    schedule =
        awaitSchedule(
            it ->
                it.getStatus().verification() != null
                    && it.getStatus().verification().result() == VerificationResult.Succeeded);
    assertThat(schedule.getStatus().verification().backup())
        .isEqualTo(backup.getMetadata().getName());
    Job verify = lab.jobs("verify").getFirst();
    assertThat(verify.getSpec().getTemplate().getSpec().getContainers().getFirst().getArgs())
        .containsSubsequence("job", "verify")
        .containsSubsequence("--location", backup.getStatus().location());
    assertThat(lab.events("BackupScheduled")).isNotEmpty();
    assertThat(lab.events("VerificationSucceeded")).isNotEmpty();
  }

  @Test
  void makesUpForOneBackupAndNotForWhatWasSuspended() {
    lab.stop();
    create(
        "{\"schedule\": \"%d %d * * *\"}"
            .formatted(minuteAgo().getMinute(), minuteAgo().getHour()));
    lastDidSomething(Instant.now().minus(Duration.ofDays(9)));
    lab.start();
    awaitSchedule(it -> it.getStatus().lastBackup() != null);
    lab.ends("backup", Results.BACKED_UP);
    awaitSchedule(it -> Integer.valueOf(1).equals(it.getStatus().backups()));
    patch("{\"suspend\": true}");
    lastDidSomething(Instant.now().minus(Duration.ofDays(1)));
    awaitSchedule(it -> it.getStatus().phase() == SchedulePhase.Suspended);
    patch("{\"suspend\": false}");
    awaitSchedule(it -> it.getStatus().phase() == SchedulePhase.Active);
    assertThat(lab.backups()).hasSize(1);
  }

  private static ZonedDateTime minuteAgo() {
    return Instant.now().minusSeconds(60).atZone(ZoneOffset.UTC);
  }

  @Test
  void aScheduleThatCannotBeReadSaysSo() {
    create("{\"schedule\": \"often\"}");
    MongoBackupSchedule schedule =
        awaitSchedule(it -> it.getStatus().phase() == SchedulePhase.Invalid);
    assertThat(schedule.getStatus().message()).startsWith("spec.schedule 'often' cannot be read");
    assertThat(lab.events("InvalidSchedule")).hasSize(1);
  }

  @Test
  void prunesWithTheDataButNotWhatARestoreNeeds() {
    lab.stop();
    create("{\"schedule\": \"0 0 1 1 *\", \"retention\": {\"keepLast\": 1}}");
    lastDidSomething(Instant.now());
    MongoBackup old = taken("nightly-20260101-0000", Instant.now().minusSeconds(7200));
    taken("nightly-20260102-0000", Instant.now().minusSeconds(3600));
    lab.admin
        .resource(
            with(
                Samples.restore(
                    lab.namespace, "back", "{backupRef: {name: nightly-20260101-0000}}"),
                "{\"safetyBackup\": \"Never\"}",
                MongoRestore.class))
        .create();
    lab.start();
    awaitSchedule(
        it ->
            it.getStatus().pinned() != null
                && it.getStatus().pinned().contains("nightly-20260101-0000: MongoRestore back"));
    lab.ends("restore", Results.RESTORED);
    await()
        .atMost(Lab.PATIENCE)
        .until(
            () ->
                lab.admin
                        .resources(MongoRestore.class)
                        .inNamespace(lab.namespace)
                        .withName("back")
                        .get()
                        .getStatus()
                        .phase()
                    == RestorePhase.Succeeded);
    patch("{\"suspend\": false, \"startingDeadline\": \"1h\"}");
    await()
        .atMost(Lab.PATIENCE)
        .until(() -> backup("nightly-20260101-0000").getStatus().phase() == BackupPhase.Deleting);
    Job delete =
        await()
            .atMost(Lab.PATIENCE)
            .until(() -> lab.jobs("delete"), it -> it.size() == 1)
            .getFirst();
    var pod = delete.getSpec().getTemplate().getSpec();
    assertThat(pod.getVolumes()).noneMatch(volume -> volume.getSecret() != null);
    assertThat(pod.getContainers().getFirst().getArgs())
        .containsSubsequence("job", "delete")
        .containsSubsequence("--location", "nightly-20260101-0000." + old.getMetadata().getUid());
    lab.ends("delete", RunResult.of(Verdict.Deleted, null));
    await().atMost(Lab.PATIENCE).until(() -> backup("nightly-20260101-0000") == null);
    assertThat(lab.events("DataDeleted")).hasSize(1);
    assertThat(backup("nightly-20260102-0000")).isNotNull();
  }

  @Test
  void aTtlLeavesTheLatestGoodBackupUnlessSomebodyDeletesIt() {
    lab.stop();
    create("{\"schedule\": \"0 0 1 1 *\"}");
    lastDidSomething(Instant.now());
    taken("nightly-20260101-0000", Instant.now().minusSeconds(7200), ", \"ttl\": \"10m\"");
    taken("nightly-20260102-0000", Instant.now().minusSeconds(3600), ", \"ttl\": \"10m\"");
    lab.admin
        .resources(MongoBackupSchedule.class)
        .inNamespace(lab.namespace)
        .withName(NAME)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"status\": {\"lastSuccessfulBackup\": \"nightly-20260102-0000\"}}");
    lab.start();
    await()
        .atMost(Lab.PATIENCE)
        .until(() -> backup("nightly-20260101-0000").getStatus().phase() == BackupPhase.Deleting);
    awaitSchedule(it -> List.of("nightly-20260102-0000").equals(it.getStatus().protectedBackups()));
    lab.ends("delete", RunResult.of(Verdict.Deleted, null));
    await().atMost(Lab.PATIENCE).until(() -> backup("nightly-20260101-0000") == null);
    assertThat(backup("nightly-20260102-0000").getMetadata().getDeletionTimestamp()).isNull();
    lab.admin.resource(backup("nightly-20260102-0000")).delete();
    await()
        .atMost(Lab.PATIENCE)
        .until(() -> backup("nightly-20260102-0000").getStatus().phase() == BackupPhase.Deleting);
  }

  private MongoBackup taken(String name, Instant started) {
    return taken(name, started, "");
  }

  /// A complete backup of the schedule, as if taken then.
  ///
  /// @param more of its spec
  private MongoBackup taken(String name, Instant started, String more) {
    MongoBackup backup = Samples.backup(lab.namespace, name);
    MongoBackupSchedule schedule = schedule();
    backup.getMetadata().setLabels(Marks.labels(schedule));
    backup.getMetadata().setAnnotations(Marks.annotations(schedule));
    lab.admin
        .resource(with(backup, "{\"deletionPolicy\": \"Delete\"" + more + "}", MongoBackup.class))
        .create();
    lab.admin
        .resources(MongoBackup.class)
        .inNamespace(lab.namespace)
        .withName(name)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            """
            {"status": {"observedGeneration": 1, "phase": "Succeeded", "location": "%s.x",
             "job": "gone", "startTime": "%s", "completionTime": "%s"}}
            """
                .formatted(name, seconds(started), seconds(started.plusSeconds(60))));
    return backup(name);
  }

  private void create(String changes) {
    lab.admin
        .resource(with(Samples.schedule(lab.namespace, NAME), changes, MongoBackupSchedule.class))
        .create();
  }

  /// With a piece of spec changed, and Jobs whose pods no node takes.
  private static <T> T with(T resource, String changes, Class<T> kind) {
    ObjectNode json = JSON.valueToTree(resource);
    ObjectNode spec = (ObjectNode) json.get("spec");
    ObjectNode jobs = spec.has("template") ? (ObjectNode) spec.get("template") : spec;
    jobs.withObject("/job").withObject("/nodeSelector").put("godwit.dev/nowhere", "true");
    try {
      spec.setAll((ObjectNode) JSON.readTree(changes));
    } catch (JsonProcessingException wrong) {
      throw new IllegalArgumentException(wrong);
    }
    return JSON.convertValue(json, kind);
  }

  private void lastDidSomething(Instant when) {
    lab.admin
        .resources(MongoBackupSchedule.class)
        .inNamespace(lab.namespace)
        .withName(NAME)
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"status\": {\"lastScheduleTime\": \"%s\"}}".formatted(seconds(when)));
  }

  private static String seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private void patch(String spec) {
    lab.admin
        .resources(MongoBackupSchedule.class)
        .inNamespace(lab.namespace)
        .withName(NAME)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":" + spec + "}");
  }

  private MongoBackupSchedule schedule() {
    return lab.admin
        .resources(MongoBackupSchedule.class)
        .inNamespace(lab.namespace)
        .withName(NAME)
        .get();
  }

  private MongoBackup backup(String name) {
    return lab.admin.resources(MongoBackup.class).inNamespace(lab.namespace).withName(name).get();
  }

  private MongoBackupSchedule awaitSchedule(Predicate<MongoBackupSchedule> holds) {
    return await("schedule")
        .atMost(Lab.PATIENCE)
        .until(
            this::schedule, it -> it != null && it.getStatus().phase() != null && holds.test(it));
  }
}
