package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;

/// How a migration is taken back.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Rollback(
    @JsonPropertyDescription(
            "What a rollback may use: Steps undoes from the undo log, Restore restores the backup, StepsThenRestore"
                + " restores only when the undo fails and the migration was not verified yet, None leaves the changes"
                + " of a failed migration.")
        @Default("StepsThenRestore")
        OnFailure onFailure,
    @JsonPropertyDescription(
            "Values that somebody else changed since: KeepNewer leaves them and reports, Overwrite puts the old ones"
                + " back.")
        @Default("KeepNewer")
        OnConflict onConflict) {

  public static final Rollback DEFAULT = new Rollback(null, null);

  /// `StepsThenRestore` unless said otherwise.
  public OnFailure onFailureOrDefault() {
    return onFailure == null ? OnFailure.StepsThenRestore : onFailure;
  }

  /// `KeepNewer` unless said otherwise.
  public OnConflict onConflictOrDefault() {
    return onConflict == null ? OnConflict.KeepNewer : onConflict;
  }
}
