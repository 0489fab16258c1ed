package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/// When backups are taken, which ones are kept, and how they are verified.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record MongoBackupScheduleSpec(
    @JsonPropertyDescription(
            "When: five fields as cron has them (minute, hour, day of month, month, day of week), or @hourly, @daily, @weekly, @monthly, @yearly.")
        @Required
        @Size(min = 1, max = 100)
        String schedule,
    @JsonPropertyDescription("Time zone of the schedule, such as Europe/Berlin; UTC if left out.")
        @Size(min = 1, max = 64)
        @Pattern("^[A-Za-z][A-Za-z0-9_+/-]*$")
        String timeZone,
    @JsonPropertyDescription(
            "Takes no backups while it is true; what would have been taken meanwhile is not made up for.")
        @Default("false")
        Boolean suspend,
    @JsonPropertyDescription(
            "How late a backup may begin; one that would be later is left out. Any delay if left out.")
        @Size(min = 2, max = 32)
        @Pattern(GoDuration.PATTERN)
        String startingDeadline,
    @JsonPropertyDescription(
            "The backups, as spec of a MongoBackup. With a retention their deletionPolicy is Delete if left out.")
        @Required
        MongoBackupSpec template,
    @JsonPropertyDescription("Which backups are kept; all if left out.") BackupRetention retention,
    @JsonPropertyDescription(
            "How often the latest backup is verified, as a Go duration string; never if left out.")
        @Size(min = 2, max = 32)
        @Pattern(GoDuration.PATTERN)
        String verifyEvery,
    @JsonPropertyDescription("How it is verified: Checksum, or Restore into a database of its own.")
        @Default("Checksum")
        VerifyMode verifyMode) {

  /// `UTC` unless said otherwise.
  public String timeZoneOrDefault() {
    return timeZone == null ? "UTC" : timeZone;
  }

  @JsonIgnore
  public boolean isSuspended() {
    return Boolean.TRUE.equals(suspend);
  }

  public BackupRetention retentionOrAll() {
    return retention == null ? BackupRetention.ALL : retention;
  }

  public VerifyMode verifyModeOrDefault() {
    return verifyMode == null ? VerifyMode.Checksum : verifyMode;
  }
}
