package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/// What is known of a schedule.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record MongoBackupScheduleStatus(
    @JsonPropertyDescription("The generation that this status speaks of; -1 at first.")
        Long observedGeneration,
    @JsonPropertyDescription("Active, Suspended or Invalid, for people.") SchedulePhase phase,
    @JsonPropertyDescription(
            "Ready and Stalled as kstatus has them; LastBackupSucceeded, LastVerificationSucceeded.")
        List<Condition> conditions,
    @JsonPropertyDescription("Schedule and time zone that this status speaks of.") String schedule,
    @JsonPropertyDescription("The latest scheduled time that was dealt with (RFC 3339).")
        String lastScheduleTime,
    @JsonPropertyDescription("The next scheduled time (RFC 3339).") String nextScheduleTime,
    @JsonPropertyDescription("Name of the latest MongoBackup.") String lastBackup,
    @JsonPropertyDescription("Name of the latest MongoBackup that can be restored.")
        String lastSuccessfulBackup,
    @JsonPropertyDescription("When that one was complete (RFC 3339).") String lastSuccessfulTime,
    @JsonPropertyDescription("How many backups of the schedule can be restored.") Integer backups,
    @JsonPropertyDescription("Backups that stay because something needs them, and what.")
        List<String> pinned,
    @JsonPropertyDescription("The latest verification.") ScheduledVerification verification,
    @JsonPropertyDescription("Name of the latest MongoBackup that a verification has proved.")
        String verifiedBackup,
    @JsonPropertyDescription(
            "Backups whose latest verification failed; no rule of the retention counts them.")
        List<String> suspectBackups,
    @JsonPropertyDescription(
            "Backups that neither the retention nor a ttl deletes: the latest good one, the latest that a verification has proved, the one that is being verified.")
        List<String> protectedBackups,
    @JsonPropertyDescription("What the schedule does or waits for now, in a sentence.")
        String message) {

  /// What the API server gives a new object.
  public static final MongoBackupScheduleStatus NEW =
      new MongoBackupScheduleStatus(
          -1L, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null);
}
