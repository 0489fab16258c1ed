package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

/// Which backups of a schedule are kept. A backup stays while any `keep…` wants it; without any of
/// them all do. The latest that can be restored always stays, and so does the latest that a
/// verification has proved; one whose verification failed counts for no rule.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record BackupRetention(
    @JsonPropertyDescription("Keep this many of the latest.") @Min(0) @Max(10_000) Integer keepLast,
    @JsonPropertyDescription("Keep the latest of each hour, for this many hours that have one.")
        @Min(0)
        @Max(10_000)
        Integer keepHourly,
    @JsonPropertyDescription("Keep the latest of each day, for this many days that have one.")
        @Min(0)
        @Max(10_000)
        Integer keepDaily,
    @JsonPropertyDescription(
            "Keep the latest of each week, Monday to Sunday, for this many weeks that have one.")
        @Min(0)
        @Max(10_000)
        Integer keepWeekly,
    @JsonPropertyDescription("Keep the latest of each month, for this many months that have one.")
        @Min(0)
        @Max(10_000)
        Integer keepMonthly,
    @JsonPropertyDescription("What is older goes, whatever the others keep.")
        @Size(min = 2, max = 32)
        @Pattern(GoDuration.PATTERN)
        String maxAge) {

  /// Keeps everything.
  public static final BackupRetention ALL = new BackupRetention(null, null, null, null, null, null);
}
