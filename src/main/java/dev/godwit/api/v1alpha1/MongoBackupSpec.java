package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;

/// What a MongoBackup reads and where it keeps it. Immutable.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record MongoBackupSpec(
    @JsonPropertyDescription("What is backed up.") @Required BackupTarget target,
    @JsonPropertyDescription("Where the backup is kept.") @Required BackupStorage storage,
    @JsonPropertyDescription("How the archive is compressed.") Compression compression,
    @JsonPropertyDescription("How the backup is checked after it was written.") @Default("Checksum")
        BackupVerification verification,
    @JsonPropertyDescription("How the Job runs.") JobSettings job) {

  public Compression compressionOrDefault() {
    return compression == null ? Compression.DEFAULT : compression;
  }

  public BackupVerification verificationOrDefault() {
    return verification == null ? BackupVerification.Checksum : verification;
  }

  public JobSettings jobOrDefault() {
    return job == null ? JobSettings.DEFAULT : job;
  }
}
