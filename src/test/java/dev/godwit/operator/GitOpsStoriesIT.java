package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.RunProgress.Activity;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.gitops.Customization;
import dev.godwit.gitops.Health;
import dev.godwit.gitops.Kstatus;
import dev.godwit.gitops.Recording;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What GitOps tools make of a migration while it lives: the operator works, and every state that
/// the API server holds is looked at with Argo CD's script and kstatus' rules.
///
/// With `-Dgodwit.argocd=record` the moments are also written to `deploy/argocd`, as the objects
/// that the scripts are tested with.
class GitOpsStoriesIT {

  private static final String NAME = "shop-004-emails";
  private static final String BACKUP = "nightly";
  private static final String RESTORE = "back";
  private static final String SCHEDULE = "yearly";
  private static final boolean RECORDS = "record".equals(System.getProperty("godwit.argocd"));
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Lab lab = new Lab();
  private final Onlooker onlooker = new Onlooker(lab.admin, lab.namespace);

  @AfterEach
  void close() {
    onlooker.close();
    lab.close();
  }

  @Test
  void everyPhaseThereAndBack() {
    lab.stop();
    create();
    moment("new", NAME, it -> true);
    lab.start();
    Pod plan = lab.awaitPod("plan");
    lab.run(plan);
    moment("planning", NAME, it -> message(it).equals("plans"));
    lab.end(plan, 0, Lab.json(Results.PLANNED));
    backUp();
    Pod apply = lab.awaitPod("apply");
    lab.run(apply);
    lab.says(apply, progress(Activity.Applying, "lower-case", 2, 31, "400 of 1000 documents"));
    moment("applying", NAME, it -> message(it).startsWith("400 of"));
    lab.says(apply, progress(Activity.Verifying, null, 3, 100, "checks no-upper-case"));
    moment("verifying", NAME, it -> phase(it).equals("Verifying"));
    lab.end(apply, 0, Lab.json(Results.APPLIED));
    moment("succeeded", NAME, it -> phase(it).equals("Succeeded"));

    lab.stop();
    lab.patch(NAME, "{\"desiredState\":\"RolledBack\"}");
    moment("edited", NAME, it -> it.at("/metadata/generation").asLong() == 2);
    lab.start();
    Pod rollback = rollBack("rolling-back-wanted");
    lab.end(rollback, 0, Lab.json(Results.ROLLED_BACK));
    moment("rolled-back-wanted", NAME, it -> phase(it).equals("RolledBack"));

    lab.patch(NAME, "{\"desiredState\":\"Applied\"}");
    moment("applied-wanted-again", NAME, it -> message(it).contains("raise spec.retry"));

    assertThat(onlooker.problems()).isEmpty();
    assertThat(onlooker.phases())
        .contains(
            "MongoMigration none",
            "MongoMigration Planning",
            "MongoMigration BackingUp",
            "MongoMigration Applying",
            "MongoMigration Verifying",
            "MongoMigration Succeeded",
            "MongoMigration RollingBack",
            "MongoMigration RolledBack",
            "MongoBackup Running",
            "MongoBackup Succeeded");
  }

  @Test
  void aFailedVerificationIsRolledBack() {
    create();
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    lab.ends("apply", Results.VERIFICATION_FAILED);
    Pod rollback = rollBack("rolling-back");
    lab.end(rollback, 0, Lab.json(Results.ROLLED_BACK));
    moment("rolled-back", NAME, it -> phase(it).equals("RolledBack"));
    lab.patch(NAME, "{\"desiredState\":\"RolledBack\"}");
    moment("given-up", NAME, it -> it.at("/status/observedGeneration").asLong() == 2);
    assertThat(onlooker.problems()).isEmpty();
  }

  @Test
  void aRollbackFails() {
    create();
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    lab.ends("apply", Results.VERIFICATION_FAILED);
    lab.ends(
        "rollback",
        Results.of(
            Verdict.RollbackFailed,
            "step lower-case: the undo log of users is gone and so is the backup; restore users by"
                + " hand, then raise spec.retry"));
    moment("rollback-failed", NAME, it -> phase(it).equals("RollbackFailed"));
    assertThat(onlooker.problems()).isEmpty();
  }

  @Test
  void aMigrationIsRefused() {
    create();
    lab.ends(
        "plan",
        Results.of(Verdict.Refused, "spec.preconditions[0]: some-users: 0 documents, at least 1"));
    moment("refused", NAME, it -> phase(it).equals("Failed"));
    assertThat(onlooker.problems()).isEmpty();
  }

  @Test
  void theChangesOfAFailedStepStay() {
    MongoMigration migration = Samples.migration(lab.namespace, NAME, "004");
    migration.setSpec(withoutRollback(migration.getSpec()));
    lab.create(migration);
    lab.ends("plan", Results.PLANNED);
    lab.ends("backup", Results.BACKED_UP);
    lab.ends(
        "apply", Results.of(Verdict.FailedChangesStay, "step index: users has duplicate e-mails"));
    moment("changes-stay", NAME, it -> phase(it).equals("Failed"));
    assertThat(onlooker.problems()).isEmpty();
  }

  @Test
  void migrationsWaitForEachOther() {
    create();
    lab.awaitPod("plan");
    lab.create(Samples.migration(lab.namespace, "shop-005-index", "005"));
    moment("waiting-for-predecessor", "shop-005-index", it -> phase(it).equals("Pending"));
    lab.ends("plan", Results.of(Verdict.Applied, null));
    lab.awaitPhase(NAME, MigrationPhase.Succeeded);
    lab.ends("plan", Results.of(Verdict.Applied, null));
    lab.awaitPhase("shop-005-index", MigrationPhase.Succeeded);
    lab.patch(NAME, "{\"desiredState\":\"RolledBack\"}");
    moment("waiting-for-successor", NAME, it -> message(it).contains("shop-005-index"));
    assertThat(onlooker.problems()).isEmpty();
  }

  @Test
  void aPersonHasToSayThatItGoesOn() {
    create();
    lab.patch(NAME, "{\"approval\":{\"required\":true}}");
    lab.awaitMigration(NAME, it -> Boolean.TRUE.equals(it.getSpec().approval().required()));
    lab.ends("plan", Results.PLANNED);
    moment("waiting-for-approval", NAME, it -> "WaitingForApproval".equals(reason(it)));
    lab.patch(NAME, "{\"approval\":{\"required\":false}}");
    lab.ends("backup", Results.BACKED_UP);
    lab.run(lab.awaitPod("apply"));
    lab.patch(NAME, "{\"suspend\":true}");
    moment("suspended", NAME, it -> message(it).contains("is stopped"));
    assertThat(onlooker.problems()).isEmpty();
  }

  /// Here kubelet and scheduler are real.
  @Test
  void aSecretIsMissing() {
    lab.admin.resource(Samples.migration(lab.namespace, NAME, "004")).create();
    moment("secret-missing", NAME, it -> message(it).startsWith("Secret"));
    assertThat(onlooker.problems()).isEmpty();
  }

  @Test
  void aBackupSucceeds() {
    lab.stop();
    createBackup();
    moment("MongoBackup", "new", BACKUP, it -> true);
    lab.start();
    moment("MongoBackup", "volume-missing", BACKUP, it -> message(it).startsWith("Persistent"));
    Pod pod = lab.awaitPod("backup");
    lab.run(pod);
    lab.says(pod, progress(Activity.BackingUp, "users", 1, 40, "reads users: 400 of 1000"));
    moment("MongoBackup", "running", BACKUP, it -> message(it).startsWith("reads users"));
    lab.end(pod, 0, Lab.json(Results.BACKED_UP));
    moment("MongoBackup", "succeeded", BACKUP, it -> phase(it).equals("Succeeded"));
    assertThat(onlooker.problems()).isEmpty();
    assertThat(onlooker.phases())
        .containsExactly(
            "MongoBackup Pending",
            "MongoBackup Running",
            "MongoBackup Succeeded",
            "MongoBackup none");
  }

  @Test
  void aBackupFails() {
    createBackup();
    lab.ends("backup", Results.of(Verdict.Refused, "collection users does not exist"));
    moment("MongoBackup", "failed", BACKUP, it -> phase(it).equals("Failed"));
    assertThat(onlooker.problems()).isEmpty();
  }

  @Test
  void aRestoreSucceeds() {
    lab.stop();
    createRestore("{backupRef: {name: nightly}}");
    moment("MongoRestore", "new", RESTORE, it -> true);
    lab.start();
    moment("MongoRestore", "backup-missing", RESTORE, it -> phase(it).equals("Pending"));
    createBackup();
    lab.ends("backup", Results.BACKED_UP);
    moment("MongoRestore", "backing-up", RESTORE, it -> phase(it).equals("BackingUp"));
    lab.ends("backup", Results.BACKED_UP);
    Pod pod = lab.awaitPod("restore");
    lab.run(pod);
    lab.says(pod, progress(Activity.Restoring, "users", 1, 40, "loads users: 400 of 1000"));
    moment("MongoRestore", "restoring", RESTORE, it -> message(it).startsWith("loads users"));
    lab.end(pod, 0, Lab.json(Results.RESTORED));
    moment("MongoRestore", "succeeded", RESTORE, it -> phase(it).equals("Succeeded"));
    assertThat(onlooker.problems()).isEmpty();
  }

  @Test
  void aRestoreIsRefused() {
    createRestore(
        "{location: {storage: {persistentVolumeClaim: {claimName: old}}, folder: shop/b1}}");
    lab.ends("backup", Results.BACKED_UP);
    lab.ends("restore", Results.of(Verdict.Refused, "manifest.json is missing in shop/b1"));
    moment("MongoRestore", "failed", RESTORE, it -> phase(it).equals("Failed"));
    assertThat(onlooker.problems()).isEmpty();
  }

  @Test
  void aScheduleIsActiveSuspendedInvalid() {
    lab.stop();
    createSchedule("0 0 1 1 *");
    moment("MongoBackupSchedule", "new", SCHEDULE, it -> true);
    lab.start();
    moment("MongoBackupSchedule", "active", SCHEDULE, it -> phase(it).equals("Active"));
    patchSchedule("{\"suspend\": true}");
    moment("MongoBackupSchedule", "suspended", SCHEDULE, it -> phase(it).equals("Suspended"));
    patchSchedule("{\"schedule\": \"often\"}");
    moment("MongoBackupSchedule", "invalid", SCHEDULE, it -> phase(it).equals("Invalid"));
    assertThat(onlooker.problems()).isEmpty();
  }

  // --- The plot

  private void createRestore(String source) {
    ObjectNode restore = JSON.valueToTree(Samples.restore(lab.namespace, RESTORE, source));
    restore.withObject("/spec/job/nodeSelector").put("godwit.dev/nowhere", "true");
    lab.admin.resource(JSON.convertValue(restore, MongoRestore.class)).create();
  }

  private void createSchedule(String cron) {
    ObjectNode schedule = JSON.valueToTree(Samples.schedule(lab.namespace, SCHEDULE));
    schedule.withObject("/spec").put("schedule", cron);
    lab.admin.resource(JSON.convertValue(schedule, MongoBackupSchedule.class)).create();
  }

  private void patchSchedule(String spec) {
    lab.admin
        .resources(MongoBackupSchedule.class)
        .inNamespace(lab.namespace)
        .withName(SCHEDULE)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":" + spec + "}");
  }

  private void create() {
    lab.create(Samples.migration(lab.namespace, NAME, "004"));
  }

  private void createBackup() {
    ObjectNode backup = JSON.valueToTree(Samples.backup(lab.namespace, BACKUP));
    backup.withObject("/spec/job/nodeSelector").put("godwit.dev/nowhere", "true");
    lab.admin.resource(JSON.convertValue(backup, MongoBackup.class)).create();
  }

  private void backUp() {
    Pod backup = lab.awaitPod("backup");
    lab.run(backup);
    lab.says(backup, progress(Activity.BackingUp, "users", 1, 40, "reads users: 400 of 1000"));
    moment("backing-up", NAME, it -> message(it).endsWith("400 of 1000"));
    lab.end(backup, 0, Lab.json(Results.BACKED_UP));
  }

  private Pod rollBack(String moment) {
    Pod rollback = lab.awaitPod("rollback");
    lab.run(rollback);
    lab.says(
        rollback, progress(Activity.RollingBack, "lower-case", 2, 50, "takes back lower-case"));
    moment(moment, NAME, it -> message(it).equals("takes back lower-case"));
    return rollback;
  }

  private static RunProgress progress(
      Activity activity, String step, int index, int percent, String message) {
    return new RunProgress(
        RunProgress.FORM, activity, step, index, 3, 400L, 1000L, percent, 200L, 3L, message);
  }

  private static MongoMigrationSpec withoutRollback(MongoMigrationSpec spec) {
    ObjectNode json = JSON.valueToTree(spec);
    json.withObject("/rollback").put("onFailure", OnFailure.None.name());
    return JSON.convertValue(json, MongoMigrationSpec.class);
  }

  // --- Looks

  private void moment(String recording, String name, Predicate<JsonNode> reached) {
    moment("MongoMigration", recording, name, reached);
  }

  /// Waits for the moment and holds it against what is expected of it. The state that is looked at
  /// must be the one that was waited for.
  private void moment(String kind, String recording, String name, Predicate<JsonNode> reached) {
    JsonNode object =
        await(recording)
            .atMost(Duration.ofMinutes(1))
            .pollInterval(Duration.ofMillis(100))
            .until(() -> get(kind, name), reached::test);
    Recording expected = Recording.of(kind, recording);
    if (RECORDS) {
      write(expected, object);
    }
    Health health = Health.of(object);
    assertThat(object.at("/status/phase").asText(null)).isEqualTo(expected.phase());
    assertThat(health.status()).as("%s", expected).isEqualTo(expected.health());
    assertThat(Kstatus.of(object)).as("%s", expected).isEqualTo(expected.kstatus());
    assertThat(reason(object)).as("%s", expected).isEqualTo(reason(expected.object()));
    if (expected.kstatus() != Kstatus.InProgress) {
      assertThat(health.message()).isEqualTo(message(object));
    }
  }

  private JsonNode get(String kind, String name) {
    GenericKubernetesResource object =
        lab.admin
            .genericKubernetesResources("godwit.dev/v1alpha1", kind)
            .inNamespace(lab.namespace)
            .withName(name)
            .get();
    return JSON.valueToTree(object);
  }

  private static String phase(JsonNode object) {
    return object.at("/status/phase").asText();
  }

  private static String message(JsonNode object) {
    return object.at("/status/message").asText();
  }

  private static String reason(JsonNode object) {
    for (JsonNode condition : object.at("/status/conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("reason").asText();
      }
    }
    return null;
  }

  /// As `kubectl get -o yaml` shows it, in a namespace that looks like a user's.
  private void write(Recording recording, JsonNode object) {
    ObjectNode copy = object.deepCopy();
    ((ObjectNode) copy.get("metadata")).remove("managedFields");
    Path file = Customization.of(recording.kind()).recorded(recording.name());
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, Recording.yaml(copy).replace(lab.namespace, "shop"));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
