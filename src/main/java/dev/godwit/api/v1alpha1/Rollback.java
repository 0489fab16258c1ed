package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

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
        OnConflict onConflict,
    @JsonPropertyDescription(
            "How long the undo log, and what was set aside, is kept after success, e.g. 72h; afterwards only the backup can"
                + " take the migration back.")
        @Default(Rollback.DEFAULT_KEEP_UNDO_FOR)
        @Size(min = 2, max = 32)
        @Pattern(GoDuration.PATTERN)
        String keepUndoFor,
    @JsonPropertyDescription(
            "Record keeps images of the documents that steps change; Skip keeps none, which is faster: only the backup or a"
                + " step's own rollback can then take it back.")
        @Default("Record")
        UndoMode undo) {

  static final String DEFAULT_KEEP_UNDO_FOR = "24h";

  public static final Rollback DEFAULT = new Rollback(null, null, null, null);

  /// `StepsThenRestore` unless said otherwise.
  public OnFailure onFailureOrDefault() {
    return onFailure == null ? OnFailure.StepsThenRestore : onFailure;
  }

  /// A day unless said otherwise.
  ///
  /// @throws IllegalArgumentException when it is not a Go duration string
  public java.time.Duration keepUndoForOrDefault() {
    return GoDuration.parse(keepUndoFor == null ? DEFAULT_KEEP_UNDO_FOR : keepUndoFor);
  }

  /// `Record` unless said otherwise.
  public UndoMode undoOrDefault() {
    return undo == null ? UndoMode.Record : undo;
  }

  /// `KeepNewer` unless said otherwise.
  public OnConflict onConflictOrDefault() {
    return onConflict == null ? OnConflict.KeepNewer : onConflict;
  }
}
