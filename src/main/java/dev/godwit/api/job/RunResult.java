package dev.godwit.api.job;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.StepOutcome;
import java.util.List;

/// The termination message of a Job's pod: JSON of at most 4 KiB. What does not fit is left out,
/// never cut inside.
///
/// @param verdict how the run ended
/// @param database name of the database
/// @param attempt number of the attempt in the history, from 1; null when there is none
/// @param checksum over the meaning of the steps, `sha256:` and hexadecimal digits
/// @param plan what would be done; of a plan run
/// @param outcome what each step did
/// @param setAside collections that a restore replaced, under the names that they have now
/// @param restored whether the rollback restored the backup
/// @param backup what a backup run wrote
/// @param restore what a restore run did
/// @param failure what failed and what to do next
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunResult(
    Verdict verdict,
    String database,
    Integer attempt,
    String checksum,
    PlanSummary plan,
    List<StepOutcome> outcome,
    List<String> setAside,
    Boolean restored,
    BackupSummary backup,
    RestoreSummary restore,
    Failure failure) {

  /// A result of a run that is no restore.
  public RunResult(
      Verdict verdict,
      String database,
      Integer attempt,
      String checksum,
      PlanSummary plan,
      List<StepOutcome> outcome,
      List<String> setAside,
      Boolean restored,
      BackupSummary backup,
      Failure failure) {
    this(
        verdict, database, attempt, checksum, plan, outcome, setAside, restored, backup, null,
        failure);
  }

  /// The same with another plan.
  public RunResult withPlan(PlanSummary other) {
    return new RunResult(
        verdict, database, attempt, checksum, other, outcome, setAside, restored, backup, restore,
        failure);
  }

  /// A result with nothing but its verdict and, if not null, its failure.
  public static RunResult of(Verdict verdict, Failure failure) {
    return new RunResult(verdict, null, null, null, null, null, null, null, null, failure);
  }
}
