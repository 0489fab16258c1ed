package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/// What is known of a restore.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record MongoRestoreStatus(
    @JsonPropertyDescription("The generation that this status speaks of; -1 at first.")
        Long observedGeneration,
    @JsonPropertyDescription("Where the restore is, for people; programs read the conditions.")
        RestorePhase phase,
    @JsonPropertyDescription(
            "Ready, Reconciling and Stalled as kstatus has them; BackedUp, Restored, ReplacedDropped.")
        List<Condition> conditions,
    @JsonPropertyDescription("spec.retry of the attempt that this status speaks of.") Integer retry,
    @JsonPropertyDescription("Database that is restored.") String database,
    @JsonPropertyDescription("The backup that is restored.") RestoredBackup source,
    @JsonPropertyDescription("Name of the MongoBackup of the state before.") String safetyBackup,
    @JsonPropertyDescription("When the attempt began (RFC 3339).") String startTime,
    @JsonPropertyDescription("When it ended (RFC 3339).") String completionTime,
    @JsonPropertyDescription("How long it took, as a Go duration string.") String duration,
    @JsonPropertyDescription("How far it is.") Progress progress,
    @JsonPropertyDescription("Name of the Job.") String job,
    @JsonPropertyDescription("Number of documents that were restored.") Long documents,
    @JsonPropertyDescription("Number of collections that were restored.") Integer collections,
    @JsonPropertyDescription(
            "Names that the replaced collections have now, at most 20; writes made since the backup are only there.")
        List<String> setAside,
    @JsonPropertyDescription(
            "When they are dropped (RFC 3339); not there while they stay until somebody drops them.")
        String setAsideUntil,
    @JsonPropertyDescription("When they were dropped (RFC 3339).") String setAsideDropped,
    @JsonPropertyDescription("Versions of migrations that are not applied any more.")
        List<String> undone,
    @JsonPropertyDescription("What failed and what to do next.") Failure failure,
    @JsonPropertyDescription("What the restore does or waits for now, in a sentence.")
        String message) {

  /// What the API server gives a new object.
  public static final MongoRestoreStatus NEW =
      new MongoRestoreStatus(
          -1L, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null, null, null, null);
}
