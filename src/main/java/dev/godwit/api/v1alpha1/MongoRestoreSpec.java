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
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What a MongoRestore puts back, and where. Immutable but for keepReplacedFor, retry and job.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!has(self.transform) || self.mode != 'Overwrite'",
    message =
        "transform works on collections that are loaded beside the live ones: set mode to Swap",
    fieldPath = ".transform")
@ValidationRule(
    value = "!has(self.keepReplacedFor) || self.mode != 'Overwrite'",
    message =
        "mode Overwrite keeps nothing of what it replaces: leave keepReplacedFor out, or set mode to Swap",
    fieldPath = ".keepReplacedFor")
public record MongoRestoreSpec(
    @JsonPropertyDescription("The backup that is restored.") @Required RestoreSource source,
    @JsonPropertyDescription("The database that it is restored into.") @Required
        MigrationTarget target,
    @JsonPropertyDescription("Collections, by their names in the backup; all if left out.")
        @Size(max = 1000)
        List<
                @Size(min = 1, max = CollectionName.MAX_LENGTH) @Pattern(CollectionName.PATTERN)
                String>
            collections,
    @JsonPropertyDescription("Collections that get another name.") @Size(max = 256)
        List<CollectionRename> renames,
    @JsonPropertyDescription(
            "Another database of the same server to restore into, also from a backup of another database. If left out, the backup must be of the target's database.")
        @Size(min = 1, max = 63)
        @Pattern("^[^/\\\\. \"$*<>:|?]+$")
        String into,
    @JsonPropertyDescription("How collections are put in place: Swap or Overwrite.")
        @Default("Swap")
        RestoreMode mode,
    @JsonPropertyDescription(
            "Whether the present state is backed up first, beside the backup that is restored: Always or Never.")
        @Default("Always")
        SafetyBackup safetyBackup,
    @JsonPropertyDescription(
            "How long the replaced collections stay after the restore has succeeded, e.g. 24h; 0s drops them at once. If left out, 72h, and without a safety backup until somebody drops them.")
        @Size(min = 2, max = 32)
        @Pattern(GoDuration.PATTERN)
        String keepReplacedFor,
    @JsonPropertyDescription(
            "Steps that are run on the restored collections before they are put in place, for instance to make people anonymous.")
        @Size(min = 1, max = 32)
        List<Step> transform,
    @JsonPropertyDescription("Raise it to try again after Failed.")
        @Default("0")
        @Min(0)
        @Max(1_000_000)
        Integer retry,
    @JsonPropertyDescription("How the Job runs.") JobSettings job) {

  private static final Duration DEFAULT_KEEP_REPLACED = Duration.ofDays(3);

  @Override
  @ValidationRule(
      value = MongoMigrationSpec.UNIQUE_NAMES,
      message = "names of steps must be unique")
  public List<Step> transform() {
    return transform;
  }

  /// The collections; empty for all.
  public List<String> collectionsOrEmpty() {
    return collections == null ? List.of() : collections;
  }

  /// The renames; none if left out.
  public List<CollectionRename> renamesOrEmpty() {
    return renames == null ? List.of() : renames;
  }

  /// The transformation's steps; none if left out.
  public List<Step> transformOrEmpty() {
    return transform == null ? List.of() : transform;
  }

  /// `Swap` unless said otherwise.
  public RestoreMode modeOrDefault() {
    return mode == null ? RestoreMode.Swap : mode;
  }

  /// `Always` unless said otherwise.
  public SafetyBackup safetyBackupOrDefault() {
    return safetyBackup == null ? SafetyBackup.Always : safetyBackup;
  }

  /// How long what was replaced stays after the success: three days, so that a restore on a Friday
  /// can be looked at on Monday. Empty for until somebody drops it: where no safety backup was
  /// taken, nothing else may have the writes that were made since.
  ///
  /// @throws IllegalArgumentException when it is not a Go duration string
  public Optional<Duration> keepReplaced() {
    if (keepReplacedFor != null) {
      return Optional.of(GoDuration.parse(keepReplacedFor));
    }
    return safetyBackupOrDefault() == SafetyBackup.Always
        ? Optional.of(DEFAULT_KEEP_REPLACED)
        : Optional.empty();
  }

  /// 0 unless said otherwise.
  public int retryOrDefault() {
    return retry == null ? 0 : retry;
  }

  public JobSettings jobOrDefault() {
    return job == null ? JobSettings.DEFAULT : job;
  }

  /// Name of the database that is written; null when the connection string says it.
  public String database() {
    return into == null ? target.database() : into;
  }
}
