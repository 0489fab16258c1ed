package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/// What a MongoBackup reads and where it keeps it. Immutable.
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
    @JsonPropertyDescription("How the Job runs.") JobSettings job) {

  /// Readers when nobody says how many.
  public static final int DEFAULT_PARALLELISM = 4;

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

  public JobSettings jobOrDefault() {
    return job == null ? JobSettings.DEFAULT : job;
  }
}
