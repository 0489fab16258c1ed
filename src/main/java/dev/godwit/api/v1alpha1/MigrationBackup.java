package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;

/// The backup that a migration takes before it changes anything.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record MigrationBackup(
    @JsonPropertyDescription("When a backup is taken: Always, WhenDestructive or Never.")
        @Default("Always")
        BackupPolicy policy,
    @JsonPropertyDescription(
            "Where the backup is kept; the operator's default storage if left out.")
        BackupStorage storage) {

  /// The policy: `Always` unless said otherwise.
  public BackupPolicy policyOrDefault() {
    return policy == null ? BackupPolicy.Always : policy;
  }
}
