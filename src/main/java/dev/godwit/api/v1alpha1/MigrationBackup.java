package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import java.util.Optional;

/// The backup that a migration takes before it changes anything.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!has(self.reuseYoungerThan) || self.policy != 'Never'",
    message = "with policy Never no backup is used: leave reuseYoungerThan out",
    fieldPath = ".reuseYoungerThan")
public record MigrationBackup(
    @JsonPropertyDescription("When a backup is taken: Always, WhenDestructive or Never.")
        @Default("Always")
        BackupPolicy policy,
    @JsonPropertyDescription(
            "Where the backup is kept; the operator's default storage if left out.")
        BackupStorage storage,
    @JsonPropertyDescription(
            "Instead of taking a backup, use a complete and verified one of the same target that has what the steps touch and began no longer ago than this, e.g. 2h; not after Godwit ran on the database since.")
        @Size(min = 2, max = 32)
        @Pattern(GoDuration.PATTERN)
        String reuseYoungerThan) {

  /// A backup that is taken.
  public MigrationBackup(BackupPolicy policy, BackupStorage storage) {
    this(policy, storage, null);
  }

  /// How old a backup may be that is used instead of a new one; empty for none.
  ///
  /// @throws IllegalArgumentException when it is not a Go duration string
  public Optional<Duration> reuse() {
    return Optional.ofNullable(reuseYoungerThan).map(GoDuration::parse);
  }

  /// The policy: `Always` unless said otherwise.
  public BackupPolicy policyOrDefault() {
    return policy == null ? BackupPolicy.Always : policy;
  }
}
