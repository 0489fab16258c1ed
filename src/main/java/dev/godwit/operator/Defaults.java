package dev.godwit.operator;

import dev.godwit.api.v1alpha1.BackupStorage;
import dev.godwit.api.v1alpha1.Batches;
import dev.godwit.api.v1alpha1.JobSettings;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;

/// What holds where a resource says nothing. None of it enters a checksum or a Job's name: another
/// default changes what starts after it, never what runs or ran.
///
/// @param storage where migrations keep their backups; null when every one has to say it
/// @param batches how work on documents is cut
/// @param job how Jobs run; always with resources
public record Defaults(BackupStorage storage, Batches batches, JobSettings job) {

  private static final JobSettings BUILT_IN_JOB =
      new JobSettings(
          null,
          null,
          new ResourceRequirementsBuilder()
              .addToRequests("cpu", new Quantity("100m"))
              .addToRequests("memory", new Quantity("256Mi"))
              .addToLimits("memory", new Quantity("512Mi"))
              .build(),
          null,
          null,
          null,
          null,
          null,
          null,
          null);

  /// What holds when nobody configured anything.
  public static final Defaults BUILT_IN = new Defaults(null, Batches.DEFAULT, BUILT_IN_JOB);

  /// These defaults, with the built-in ones where a field is null.
  static Defaults of(BackupStorage storage, Batches batches, JobSettings job) {
    return new Defaults(
        storage,
        batches == null ? BUILT_IN.batches : batches,
        job == null ? BUILT_IN.job : job.orElse(BUILT_IN.job));
  }
}
