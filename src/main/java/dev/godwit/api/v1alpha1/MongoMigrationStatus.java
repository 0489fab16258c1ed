package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/// What is known of a migration. A projection: the truth is in MongoDB, losing this costs nothing.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record MongoMigrationStatus(
    @JsonPropertyDescription("The generation that this status speaks of; -1 at first.")
        Long observedGeneration,
    @JsonPropertyDescription("Where the migration is, for people; programs read the conditions.")
        MigrationPhase phase,
    @JsonPropertyDescription(
            "Ready, Reconciling and Stalled as kstatus has them; BackedUp, Applied, Verified, RolledBack.")
        List<Condition> conditions,
    @JsonPropertyDescription("Number of the attempt in the database's history, from 1.")
        Integer attempt,
    @JsonPropertyDescription("Checksum over the meaning of the steps.") String checksum,
    @JsonPropertyDescription("Hash of the spec that this status speaks of.") String specHash,
    @JsonPropertyDescription("spec.retry of the attempt that this status speaks of.") Integer retry,
    @JsonPropertyDescription("Database that is migrated.") String database,
    @JsonPropertyDescription("When the attempt began (RFC 3339).") String startTime,
    @JsonPropertyDescription("When it ended (RFC 3339).") String completionTime,
    @JsonPropertyDescription("How long it took, as a Go duration string.") String duration,
    @JsonPropertyDescription("How far it is.") Progress progress,
    @JsonPropertyDescription("Name of the MongoBackup of this attempt.") String backup,
    @JsonPropertyDescription("Jobs of this attempt.") MigrationJobs jobs,
    @JsonPropertyDescription("What failed and what to do next.") Failure failure,
    @JsonPropertyDescription("What each step did.") List<StepOutcome> outcome,
    @JsonPropertyDescription(
            "Collections that a restore replaced; writes made since the backup are only there.")
        List<String> setAside,
    @JsonPropertyDescription("What the migration does or waits for now, in a sentence.")
        String message,
    @JsonPropertyDescription("The latest phases and their times.") @Size(max = 32)
        List<PhaseTime> phases,
    @JsonPropertyDescription("What will be done, or was.") PlanStatus plan,
    @JsonPropertyDescription("Workloads that are scaled to zero because of this migration.")
        List<ScaledWorkload> quiesced) {

  /// What the API server gives a new object.
  public static final MongoMigrationStatus NEW =
      new MongoMigrationStatus(
          -1L, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null, null, null, null, null);
}
