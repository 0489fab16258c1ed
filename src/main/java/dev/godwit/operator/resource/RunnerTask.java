package dev.godwit.operator.resource;

import dev.godwit.api.v1alpha1.BackupStorage;
import dev.godwit.api.v1alpha1.Batches;
import dev.godwit.api.v1alpha1.JobSettings;
import dev.godwit.api.v1alpha1.SecretKeyRef;
import dev.godwit.core.JobRole;
import io.fabric8.kubernetes.api.model.HasMetadata;

/// What a Job is to do.
///
/// @param owner the resource whose Job it is; its manifest goes in
/// @param role what the Job is for
/// @param name name of the Job
/// @param secret where the connection string is; null when the Job needs no database
/// @param settings the user's settings and, where there are none, the operator's
/// @param batches how work on documents is cut, likewise; null when the Job changes none
/// @param storage where backups are; null when the Job neither writes nor reads one
/// @param location folder of the backup; null when there is none
/// @param position how far Godwit's runs were when the backup began; null when that is not known
public record RunnerTask(
    HasMetadata owner,
    JobRole role,
    String name,
    SecretKeyRef secret,
    JobSettings settings,
    Batches batches,
    BackupStorage storage,
    String location,
    String position) {

  /// A task that does not care when its backup began.
  public RunnerTask(
      HasMetadata owner,
      JobRole role,
      String name,
      SecretKeyRef secret,
      JobSettings settings,
      Batches batches,
      BackupStorage storage,
      String location) {
    this(owner, role, name, secret, settings, batches, storage, location, null);
  }
}
