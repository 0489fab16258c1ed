package dev.godwit.operator.resource;

import dev.godwit.api.job.JobContract;
import dev.godwit.api.v1alpha1.BackupStorage;
import dev.godwit.api.v1alpha1.PersistentVolumeClaimStorage;
import dev.godwit.api.v1alpha1.S3Storage;
import dev.godwit.api.v1alpha1.SecretRef;
import dev.godwit.api.v1alpha1.ServerSideEncryption;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;
import java.util.stream.Stream;

/// How a Job gets at the storage of backups: what its pod mounts, and what the runner is told. All
/// values have forms that the API server has checked, none of them with a `$`.
///
/// @param volumes of the pod
/// @param mounts of the container
/// @param arguments of the runner
record StorageAccess(List<Volume> volumes, List<VolumeMount> mounts, List<String> arguments) {

  /// Of a Job without a storage.
  static final StorageAccess NONE = new StorageAccess(List.of(), List.of(), List.of());

  private static final String CLAIM = "backup";
  private static final String CREDENTIALS = "storage-credentials";
  private static final String CA = "storage-ca";

  /// @param readOnly whether the Job only reads backups
  static StorageAccess of(BackupStorage storage, boolean readOnly) {
    return storage.s3() == null
        ? ofClaim(storage.persistentVolumeClaim(), readOnly)
        : ofBucket(storage.s3());
  }

  private static StorageAccess ofClaim(PersistentVolumeClaimStorage claim, boolean readOnly) {
    Volume volume =
        new VolumeBuilder()
            .withName(CLAIM)
            .withNewPersistentVolumeClaim()
            .withClaimName(claim.claimName())
            .endPersistentVolumeClaim()
            .build();
    VolumeMount mount =
        new VolumeMountBuilder()
            .withName(CLAIM)
            .withMountPath(JobContract.BACKUP_DIR)
            .withReadOnly(readOnly ? true : null)
            .withSubPath(claim.path())
            .build();
    return new StorageAccess(
        List.of(volume), List.of(mount), List.of("--backup-dir", JobContract.BACKUP_DIR));
  }

  private static StorageAccess ofBucket(S3Storage s3) {
    StorageAccess access =
        NONE.with(
                "--storage", "s3://" + s3.bucket() + (s3.prefix() == null ? "" : "/" + s3.prefix()))
            .with("--s3-region", s3.region())
            .with("--s3-endpoint", s3.endpoint())
            .with(s3.forcePathStyle() == null ? null : "--s3-path-style=" + s3.forcePathStyle())
            .with(s3.serverSideEncryption());
    if (s3.credentialsSecretRef() != null) {
      access =
          access
              .with(CREDENTIALS, s3.credentialsSecretRef(), JobContract.STORAGE_CREDENTIALS_DIR)
              .with("--s3-credentials", JobContract.STORAGE_CREDENTIALS_DIR);
    }
    if (s3.caSecretRef() != null) {
      access =
          access
              .with(CA, s3.caSecretRef(), JobContract.STORAGE_CA_DIR)
              .with("--s3-ca-file", JobContract.STORAGE_CA_DIR + "/ca.crt");
    }
    return access;
  }

  private StorageAccess with(ServerSideEncryption encryption) {
    return encryption == null
        ? this
        : with("--s3-encryption", encryption.type().name())
            .with("--s3-kms-key", encryption.kmsKeyId());
  }

  /// @param argument null to say nothing
  private StorageAccess with(String argument) {
    return argument == null
        ? this
        : new StorageAccess(volumes, mounts, append(arguments, argument));
  }

  /// @param value null to say nothing
  private StorageAccess with(String option, String value) {
    return value == null
        ? this
        : new StorageAccess(volumes, mounts, append(arguments, option, value));
  }

  private StorageAccess with(String name, SecretRef secret, String folder) {
    Volume volume =
        new VolumeBuilder()
            .withName(name)
            .withNewSecret()
            .withSecretName(secret.name())
            .withDefaultMode(0440)
            .endSecret()
            .build();
    VolumeMount mount =
        new VolumeMountBuilder().withName(name).withMountPath(folder).withReadOnly(true).build();
    return new StorageAccess(append(volumes, volume), append(mounts, mount), arguments);
  }

  @SafeVarargs
  private static <T> List<T> append(List<T> list, T... more) {
    return Stream.concat(list.stream(), Stream.of(more)).toList();
  }
}
