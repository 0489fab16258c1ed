package dev.godwit.core;

import static dev.godwit.api.v1alpha1.MigrationPhase.Applying;
import static dev.godwit.api.v1alpha1.MigrationPhase.Planning;

import dev.godwit.api.v1alpha1.MigrationPhase;
import java.util.Optional;

/// A migration is recorded as applied without being run: because somebody brought it into the
/// database otherwise, or finished by hand what failed.
final class Baselining {

  private final MigrationView view;
  private final MigrationDecisions decisions;
  private final TerminalPhases terminal;
  private final HistoryReading history;

  Baselining(MigrationDecisions decisions) {
    this.view = decisions.view();
    this.decisions = decisions;
    this.terminal = new TerminalPhases(decisions);
    this.history = new HistoryReading(decisions);
  }

  /// What is done about it; nothing while the migration is to be somewhere else, or something of it
  /// runs.
  Optional<Decision<MigrationStanding>> next() {
    Optional<JobView> seen = view.job(JobRole.Baseline);
    if (seen.filter(job -> !job.isEnded()).isPresent()) {
      return Optional.of(
          decisions.waitFor(
              seen.get(), JobRole.Baseline, recording(seen.get().doing("records it as applied"))));
    }
    MigrationPhase phase = view.status().phase();
    if (phase == Applying && seen.isPresent() && isTried()) {
      return Optional.of(ended(seen.get()));
    }
    if (!view.isBaselineWanted() || isAtWork()) {
      return Optional.empty();
    }
    if (phase != null && phase.isTerminal()) {
      return begin(phase);
    }
    boolean begun = phase == Applying && (seen.isPresent() || isTried());
    return begun || phase == Planning || phase == MigrationPhase.BackingUp
        ? Optional.of(seen.map(this::ended).orElseGet(this::start))
        : Optional.empty();
  }

  /// From where the spec cannot be edited the Job may be created.
  Decision<MigrationStanding> plan() {
    return new Decision.Wait<>(
        decisions.at(Planning, Reasons.RECORDING, "is to be recorded as applied"), Recheck.SOON);
  }

  /// Over data that may be half changed nothing is recorded that was wanted before: nobody can have
  /// finished it by hand then.
  private Optional<Decision<MigrationStanding>> begin(MigrationPhase phase) {
    boolean edited = view.isAttemptNew() && phase != MigrationPhase.RollbackFailed;
    Long seen = view.status().observedGeneration();
    boolean old = earlier().isPresent() && seen != null && seen >= view.id().generation();
    return phase == MigrationPhase.Succeeded || isTried() || edited || old
        ? Optional.empty()
        : Optional.of(plan());
  }

  /// Where an earlier run left the data half changed; empty when none did.
  private Optional<MigrationPhase> earlier() {
    return Conditions.reason(view.status().conditions(), Conditions.APPLIED)
        .map(
            reason ->
                switch (reason) {
                  case Reasons.CHANGES_STAY -> MigrationPhase.Failed;
                  case Reasons.ROLLBACK_FAILED -> MigrationPhase.RollbackFailed;
                  default -> null;
                });
  }

  private static String reason(MigrationPhase phase) {
    return phase == MigrationPhase.Failed ? Reasons.CHANGES_STAY : Reasons.ROLLBACK_FAILED;
  }

  /// Whether the Job was created before: it may be gone, or too new to be seen, and running it
  /// again is harmless.
  private boolean isTried() {
    return view.status().jobs() != null
        && view.jobName(JobRole.Baseline).equals(view.status().jobs().apply());
  }

  private boolean isAtWork() {
    return view.jobs().stream().anyMatch(job -> job.acting() && !job.isEnded());
  }

  /// Jobs that ended before would be taken for what the record led to, once it is not wanted any
  /// more.
  private Decision<MigrationStanding> start() {
    return decisions
        .forgetEnded()
        .orElseGet(
            () ->
                decisions.start(
                    JobRole.Baseline, recording("records it as applied; runs nothing")));
  }

  private MigrationStanding recording(String message) {
    return decisions.at(Applying, Reasons.RECORDING, message);
  }

  private Decision<MigrationStanding> ended(JobView job) {
    return switch (job.verdict()) {
      case Recorded -> terminal.recorded();
      case Applied -> terminal.succeeded("was applied and verified before; nothing was run");
      case Refused ->
          earlier()
              .map(phase -> decisions.end(phase, reason(phase), job.failureOr(Reasons.REFUSED, "")))
              .orElseGet(() -> terminal.refused(job));
      case null, default -> history.readAgain(job, Applying);
    };
  }
}
