package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.api.job.JobContract;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.api.v1alpha1.RestorePhase;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Restores against a real API server and its Job controller.
class RestoreStoriesIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BACKUP = "nightly";
  private static final String NAME = "back";

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void backsUpThePresentStateThenRestoresTheBackup() {
    create("{backupRef: {name: nightly}}");
    awaitRestore(it -> it.getStatus().message().startsWith("MongoBackup nightly is missing"));
    MongoBackup source = backUp();
    MongoRestore backingUp = awaitPhase(RestorePhase.BackingUp);
    lab.ends("backup", Results.BACKED_UP);
    awaitPhase(RestorePhase.Restoring);
    MongoBackup safety =
        lab.backups().stream()
            .filter(it -> it.getMetadata().getName().equals(backingUp.getStatus().safetyBackup()))
            .findFirst()
            .orElseThrow();
    assertThat(safety.getMetadata().getOwnerReferences())
        .as("deleting the restore must not delete the way back")
        .isEmpty();
    assertThat(safety.getSpec().target().collections()).containsExactly("users");
    assertThat(safety.getSpec().storage()).isEqualTo(source.getSpec().storage());
    lab.restart();
    lab.ends("restore", Results.RESTORED);
    MongoRestore done = awaitPhase(RestorePhase.Succeeded);
    assertThat(done.getStatus().documents()).isEqualTo(1000);
    assertThat(done.getStatus().setAside()).containsExactly("_godwit_aside_mrst-1_users");
    assertThat(done.getStatus().source().folder())
        .isEqualTo(BACKUP + "." + source.getMetadata().getUid());
    assertJob(lab.jobs("restore"), done);
    assertThat(lab.events("BackupChosen")).hasSize(1);
    assertThat(lab.events("RestoreStarted")).hasSize(1);
    assertThat(lab.events("RestoreCompleted")).hasSize(1);
  }

  /// The volume is read only: a restore writes nothing to where backups are.
  private static void assertJob(List<Job> jobs, MongoRestore done) {
    assertThat(jobs).hasSize(1);
    var container = jobs.getFirst().getSpec().getTemplate().getSpec().getContainers().getFirst();
    assertThat(container.getArgs())
        .containsSubsequence("job", "restore", "--manifest")
        .containsSubsequence(
            "--backup-dir",
            JobContract.BACKUP_DIR,
            "--location",
            done.getStatus().source().folder());
    assertThat(container.getVolumeMounts())
        .filteredOn(it -> it.getMountPath().equals(JobContract.BACKUP_DIR))
        .singleElement()
        .satisfies(it -> assertThat(it.getReadOnly()).isTrue());
  }

  @Test
  void aRefusalChangesNothingAndARaisedRetryTriesAgain() {
    create(
        "{location: {storage: {persistentVolumeClaim: {claimName: old}}, folder: shop/b1}}",
        "{\"safetyBackup\": \"Never\"}");
    lab.ends("restore", Results.of(Verdict.Refused, "manifest.json is missing in shop/b1"));
    MongoRestore failed = awaitPhase(RestorePhase.Failed);
    assertThat(failed.getStatus().message()).contains("manifest.json is missing");
    assertThat(lab.events("RestoreFailed")).hasSize(1);
    patch("{\"retry\": 1}");
    awaitPhase(RestorePhase.Restoring);
    lab.ends("restore", Results.RESTORED);
    awaitPhase(RestorePhase.Succeeded);
    assertThat(lab.jobs("restore")).hasSize(2);
    assertThat(lab.backups()).isEmpty();
  }

  @Test
  void whatItReplacedIsDroppedWhenItsTimeIsOver() {
    create(
        "{location: {storage: {persistentVolumeClaim: {claimName: old}}, folder: shop/b1}}",
        "{\"safetyBackup\": \"Never\"}");
    lab.ends("restore", Results.RESTORED);
    awaitRestore(it -> condition(it, "ReplacedDropped").equals("False Kept"));
    patch("{\"keepReplacedFor\": \"0s\"}");
    lab.awaitPod("discard");
    awaitRestore(it -> it.getStatus().setAsideUntil() != null);
    lab.restart();
    lab.ends("discard", Results.of(Verdict.Deleted, null));
    MongoRestore done = awaitRestore(it -> condition(it, "ReplacedDropped").equals("True Dropped"));
    assertThat(done.getStatus().phase()).isEqualTo(RestorePhase.Succeeded);
    assertThat(done.getStatus().setAsideDropped()).isNotNull();
    assertThat(lab.events("ReplacedDropped")).hasSize(1);
    assertThat(lab.jobs("discard")).hasSize(1);
  }

  private static String condition(MongoRestore restore, String type) {
    return restore.getStatus().conditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .map(condition -> condition.getStatus() + " " + condition.getReason())
        .findFirst()
        .orElse("");
  }

  @Test
  void aDeletedRestoreStopsItsJobBeforeItGoes() {
    create(
        "{location: {storage: {persistentVolumeClaim: {claimName: old}}, folder: shop/b1}}",
        "{\"safetyBackup\": \"Never\"}");
    Pod pod = lab.awaitPod("restore");
    lab.run(pod);
    awaitRestore(it -> it.getStatus().message().equals("checks the archive"));
    lab.admin.resources(MongoRestore.class).inNamespace(lab.namespace).withName(NAME).delete();
    await().atMost(Lab.PATIENCE).until(() -> get() == null);
    assertThat(lab.events("DeletionWaits")).hasSize(1);
    assertThat(lab.jobs("restore")).isEmpty();
  }

  /// The backup to restore, complete.
  private MongoBackup backUp() {
    MongoBackup backup = Samples.backup(lab.namespace, BACKUP);
    ObjectNode json = JSON.valueToTree(backup);
    nowhere(json);
    MongoBackup created = lab.admin.resource(JSON.convertValue(json, MongoBackup.class)).create();
    lab.ends("backup", Results.BACKED_UP);
    return created;
  }

  private void create(String source, String... changes) {
    ObjectNode json = JSON.valueToTree(Samples.restore(lab.namespace, NAME, source));
    nowhere(json);
    try {
      for (String change : changes) {
        ((ObjectNode) json.get("spec")).setAll((ObjectNode) JSON.readTree(change));
      }
    } catch (com.fasterxml.jackson.core.JsonProcessingException wrong) {
      throw new IllegalArgumentException(wrong);
    }
    lab.admin.resource(JSON.convertValue(json, MongoRestore.class)).create();
  }

  private static void nowhere(ObjectNode json) {
    ((ObjectNode) json.get("spec"))
        .withObject("/job")
        .withObject("/nodeSelector")
        .put("godwit.dev/nowhere", "true");
  }

  private void patch(String spec) {
    lab.admin
        .resources(MongoRestore.class)
        .inNamespace(lab.namespace)
        .withName(NAME)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":" + spec + "}");
  }

  private MongoRestore get() {
    return lab.admin.resources(MongoRestore.class).inNamespace(lab.namespace).withName(NAME).get();
  }

  private MongoRestore awaitPhase(RestorePhase phase) {
    return awaitRestore(it -> it.getStatus().phase() == phase);
  }

  private MongoRestore awaitRestore(Predicate<MongoRestore> holds) {
    return await("restore")
        .atMost(Lab.PATIENCE)
        .until(
            this::get,
            it ->
                it != null
                    && it.getStatus() != null
                    && it.getStatus().message() != null
                    && holds.test(it));
  }
}
