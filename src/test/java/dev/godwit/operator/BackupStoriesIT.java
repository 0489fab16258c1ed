package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.BackupPhase;
import dev.godwit.api.v1alpha1.JobSettings;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSpec;
import dev.godwit.testing.Samples;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Backups against a real API server and its Job controller.
class BackupStoriesIT {

  private static final String NAME = "nightly";

  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void succeedsWithWhatTheJobSays() {
    MongoBackup created = create();
    lab.restart();
    lab.ends("backup", Results.BACKED_UP);
    MongoBackup done = awaitPhase(BackupPhase.Succeeded);
    assertThat(done.getStatus().size()).isEqualTo("121Ki");
    assertThat(done.getStatus().documents()).isEqualTo(1000);
    assertThat(done.getStatus().location()).isEqualTo(NAME + "." + created.getMetadata().getUid());
    assertThat(lab.jobs("backup")).hasSize(1);
    assertThat(lab.events("BackupCompleted")).hasSize(1);
  }

  @Test
  void failsWithTheJobsWords() {
    create();
    lab.ends("backup", Results.of(Verdict.Refused, "collection users does not exist"));
    MongoBackup failed = awaitPhase(BackupPhase.Failed);
    assertThat(failed.getStatus().message()).contains("users does not exist");
    assertThat(lab.events("BackupFailed")).hasSize(1);
  }

  private MongoBackup create() {
    MongoBackup backup = Samples.backup(lab.namespace, NAME);
    MongoBackupSpec spec = backup.getSpec();
    JobSettings nowhere =
        new JobSettings(
            null,
            null,
            null,
            Map.of("godwit.dev/nowhere", "true"),
            null,
            null,
            null,
            null,
            null,
            null);
    backup.setSpec(
        new MongoBackupSpec(
            spec.target(),
            spec.storage(),
            spec.compression(),
            spec.parallelism(),
            spec.consistency(),
            spec.verification(),
            nowhere));
    return lab.admin.resource(backup).create();
  }

  private MongoBackup awaitPhase(BackupPhase phase) {
    return await()
        .atMost(Lab.PATIENCE)
        .until(
            () ->
                lab.admin
                    .resources(MongoBackup.class)
                    .inNamespace(lab.namespace)
                    .withName(NAME)
                    .get(),
            it -> it.getStatus() != null && it.getStatus().phase() == phase);
  }
}
