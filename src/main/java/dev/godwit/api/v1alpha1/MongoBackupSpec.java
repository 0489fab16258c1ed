package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/// What a MongoBackup reads and where it keeps it. Immutable but for deletionPolicy and ttl.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record MongoBackupSpec(
    @JsonPropertyDescription("What is backed up.") @Required BackupTarget target,
    @JsonPropertyDescription("Where the backup is kept.") @Required BackupStorage storage,
    @JsonPropertyDescription("How the archive is compressed.") Compression compression,
    @JsonPropertyDescription("How many readers work at once: 1 to 16; 4 if left out.")
        @Min(1)
        @Max(16)
        Integer parallelism,
    @JsonPropertyDescription(
            "What to do where the server cannot give one point in time for all collections: Preferred goes on and says so in the status, Required fails; Preferred if left out.")
        ConsistencyPolicy consistency,
    @JsonPropertyDescription("How the backup is checked after it was written.") @Default("Checksum")
        BackupVerification verification,
    @JsonPropertyDescription(
            "What becomes of the stored data when this MongoBackup is deleted: Retain or Delete. Retain if left out.")
        DeletionPolicy deletionPolicy,
    @JsonPropertyDescription(
            "How long after its end this MongoBackup is deleted, as a Go duration string; never if left out.")
        @Size(min = 2, max = 32)
        @Pattern(GoDuration.PATTERN)
        String ttl,
    @JsonPropertyDescription("How the Job runs.") JobSettings job) {

  /// Readers when nobody says how many.
  public static final int DEFAULT_PARALLELISM = 4;

  /// A backup that stays until somebody deletes it.
  public MongoBackupSpec(
      BackupTarget target,
      BackupStorage storage,
      Compression compression,
      Integer parallelism,
      ConsistencyPolicy consistency,
      BackupVerification verification,
      JobSettings job) {
    this(target, storage, compression, parallelism, consistency, verification, null, null, job);
  }

  public Compression compressionOrDefault() {
    return compression == null ? Compression.DEFAULT : compression;
  }

  public int parallelismOrDefault() {
    return parallelism == null ? DEFAULT_PARALLELISM : parallelism;
  }

  public ConsistencyPolicy consistencyOrDefault() {
    return consistency == null ? ConsistencyPolicy.Preferred : consistency;
  }

  public BackupVerification verificationOrDefault() {
    return verification == null ? BackupVerification.Checksum : verification;
  }

  /// The same with another policy.
  public MongoBackupSpec with(DeletionPolicy policy) {
    return new MongoBackupSpec(
        target, storage, compression, parallelism, consistency, verification, policy, ttl, job);
  }

  /// `Retain` unless said otherwise.
  public DeletionPolicy deletionPolicyOrDefault() {
    return deletionPolicy == null ? DeletionPolicy.Retain : deletionPolicy;
  }

  public JobSettings jobOrDefault() {
    return job == null ? JobSettings.DEFAULT : job;
  }
}
