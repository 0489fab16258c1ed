package dev.godwit.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.BackupStorage;
import dev.godwit.api.v1alpha1.EncryptionType;
import dev.godwit.api.v1alpha1.JobSettings;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.PersistentVolumeClaimStorage;
import dev.godwit.api.v1alpha1.S3Storage;
import dev.godwit.api.v1alpha1.SecretKeyRef;
import dev.godwit.api.v1alpha1.SecretRef;
import dev.godwit.api.v1alpha1.ServerSideEncryption;
import dev.godwit.core.JobRole;
import dev.godwit.operator.resource.RunnerJob;
import dev.godwit.operator.resource.RunnerTask;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RunnerJobTest {

  /// What is quick to start is slow to dump a database.
  @ParameterizedTest
  @EnumSource(JobRole.class)
  void onlyShortRunsGoWithoutTheOptimizingCompiler(JobRole role) {
    List<String> command = new ArrayList<>(TestConfig.DEFAULT.command());
    if (role == JobRole.Plan || role.name().startsWith("Verdict")) {
      command.add(1, "-XX:TieredStopAtLevel=1");
    }

    assertThat(command(role)).isEqualTo(command);
  }

  @Test
  void onAPlatformThatPicksUsersNoneIsNamed() {
    PodSecurityContext security =
        pod(JobRole.Apply, TestConfig.DEFAULT.withUser(0)).getSecurityContext();
    assertThat(security.getRunAsNonRoot()).isTrue();
    assertThat(security.getRunAsUser()).isNull();
    assertThat(security.getRunAsGroup()).isNull();
    assertThat(security.getFsGroup()).isNull();
  }

  @Test
  void aBucketIsReachedByOptionsAndMountedSecrets() {
    PodSpec pod =
        pod(
            JobRole.Backup,
            new BackupStorage(
                new S3Storage(
                    "backups",
                    "godwit/shop",
                    "eu-central-1",
                    "https://minio.shop:9000",
                    true,
                    new SecretRef("minio"),
                    new SecretRef("minio-ca"),
                    new ServerSideEncryption(EncryptionType.KMS, "alias/backups")),
                null));

    assertThat(String.join(" ", pod.getContainers().getFirst().getArgs()))
        .endsWith(
            "--storage s3://backups/godwit/shop --s3-region eu-central-1"
                + " --s3-endpoint https://minio.shop:9000 --s3-path-style=true"
                + " --s3-encryption KMS --s3-kms-key alias/backups"
                + " --s3-credentials /etc/godwit/storage-credentials"
                + " --s3-ca-file /etc/godwit/storage-ca/ca.crt --location b/1");
    assertThat(pod.getVolumes())
        .filteredOn(volume -> volume.getSecret() != null)
        .extracting(volume -> volume.getSecret().getSecretName())
        .containsExactly("shop-mongodb", "minio", "minio-ca");
    assertThat(pod.getContainers().getFirst().getVolumeMounts())
        .filteredOn(mount -> mount.getName().startsWith("storage"))
        .hasSize(2)
        .allMatch(VolumeMount::getReadOnly);
  }

  @Test
  void aBucketOfTheCloudNeedsNoSecret() {
    BackupStorage storage =
        new BackupStorage(new S3Storage("backups", null, null, null, null, null, null, null), null);

    assertThat(
            String.join(" ", pod(JobRole.Rollback, storage).getContainers().getFirst().getArgs()))
        .endsWith(" --storage s3://backups --backup-location b/1");
    assertThat(pod(JobRole.Rollback, storage).getVolumes()).hasSize(3);
    assertThat(pod(JobRole.Apply, storage).getContainers().getFirst().getArgs())
        .doesNotContain("--storage");
  }

  @Test
  void aVolumeIsReadOnlyForWhatOnlyReads() {
    BackupStorage storage =
        new BackupStorage(null, new PersistentVolumeClaimStorage("backups", "shop"));

    List<JobRole> writing = List.of(JobRole.Backup, JobRole.Delete);
    for (JobRole role :
        List.of(
            JobRole.Backup, JobRole.Rollback, JobRole.Restore, JobRole.Verify, JobRole.Delete)) {
      VolumeMount mount = pod(role, storage).getContainers().getFirst().getVolumeMounts().getLast();
      assertThat(mount.getSubPath()).isEqualTo("shop");
      assertThat(mount.getReadOnly()).isEqualTo(writing.contains(role) ? null : true);
    }
  }

  @Test
  void aDeletionHasTheStorageAndNotTheDatabase() {
    BackupStorage storage =
        new BackupStorage(
            new S3Storage("backups", null, null, null, null, new SecretRef("minio"), null, null),
            null);

    PodSpec pod = pod(JobRole.Delete, TestConfig.DEFAULT, null, storage, "b/1");

    assertThat(String.join(" ", pod.getContainers().getFirst().getArgs()))
        .isEqualTo(
            "job delete --storage s3://backups"
                + " --s3-credentials /etc/godwit/storage-credentials --location b/1");
    assertThat(pod.getVolumes())
        .filteredOn(volume -> volume.getSecret() != null)
        .extracting(volume -> volume.getSecret().getSecretName())
        .containsExactly("minio");
  }

  @Test
  void aDropHasTheDatabaseAndNoStorage() {
    BackupStorage storage =
        new BackupStorage(null, new PersistentVolumeClaimStorage("backups", "shop"));

    PodSpec pod = pod(JobRole.Discard, storage);

    assertThat(String.join(" ", pod.getContainers().getFirst().getArgs()))
        .isEqualTo(
            "job discard --manifest /etc/godwit/manifest/manifest.json --uri-file /etc/godwit/target/uri");
    assertThat(pod.getVolumes()).noneMatch(volume -> volume.getPersistentVolumeClaim() != null);
  }

  /// Whatever changes data must not be cut off by the clock.
  @ParameterizedTest
  @EnumSource(JobRole.class)
  void whatReadsOrCanBeTakenBackHasADeadline(JobRole role) {
    boolean has = role == JobRole.Plan || role == JobRole.Apply || role == JobRole.Verify;
    assertThat(job(role).getSpec().getActiveDeadlineSeconds()).isEqualTo(has ? 21_600L : null);
  }

  private static Job job(JobRole role) {
    MongoMigration owner = Samples.migration("shop", "shop-004", "004");
    owner.getMetadata().setUid("1234");
    return RunnerJob.of(
        new RunnerTask(owner, role, "job", null, JobSettings.DEFAULT, null, null, null),
        TestConfig.DEFAULT);
  }

  private static List<String> command(JobRole role) {
    return pod(role, TestConfig.DEFAULT).getContainers().getFirst().getCommand();
  }

  private static PodSpec pod(JobRole role, BackupStorage storage) {
    return pod(role, TestConfig.DEFAULT, storage, "b/1");
  }

  private static PodSpec pod(JobRole role, RunnerConfig config) {
    return pod(role, config, null, null);
  }

  private static PodSpec pod(
      JobRole role, RunnerConfig config, BackupStorage storage, String location) {
    return pod(role, config, new SecretKeyRef("shop-mongodb", null), storage, location);
  }

  private static PodSpec pod(
      JobRole role,
      RunnerConfig config,
      SecretKeyRef secret,
      BackupStorage storage,
      String location) {
    MongoMigration owner = Samples.migration("shop", "shop-004", "004");
    owner.getMetadata().setUid("1234");
    return RunnerJob.of(
            new RunnerTask(
                owner, role, "job", secret, JobSettings.DEFAULT, null, storage, location),
            config)
        .getSpec()
        .getTemplate()
        .getSpec();
  }
}
