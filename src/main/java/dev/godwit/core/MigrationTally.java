package dev.godwit.core;

import static dev.godwit.api.v1alpha1.MigrationPhase.Pending;
import static dev.godwit.api.v1alpha1.MigrationPhase.RollbackFailed;
import static dev.godwit.api.v1alpha1.MigrationPhase.RolledBack;
import static dev.godwit.api.v1alpha1.MigrationPhase.RollingBack;
import static dev.godwit.api.v1alpha1.MigrationPhase.Succeeded;

import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigrationStatus;
import dev.godwit.api.v1alpha1.PhaseTime;
import dev.godwit.api.v1alpha1.Step;
import dev.godwit.api.v1alpha1.StepOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What is counted between two statuses of a migration.
public final class MigrationTally {

  private final MigrationView view;
  private final MongoMigrationStatus before;
  private final MongoMigrationStatus after;

  private MigrationTally(MigrationView view, MongoMigrationStatus after) {
    this.view = view;
    this.before = view.status();
    this.after = after;
  }

  /// What is counted on the way from the view's status to `after`.
  public static Transition of(MigrationView view, MongoMigrationStatus after) {
    return view.status().phase() == after.phase()
        ? Transition.NONE
        : new MigrationTally(view, after).tell();
  }

  private Transition tell() {
    MigrationPhase from = before.phase();
    MigrationPhase to = after.phase();
    boolean runOver = (to.isTerminal() || to == RollingBack) && (from == null || isRun(from));
    List<Tally> tallies = new ArrayList<>();
    if (runOver) {
      documents(Tally.Activity.Applied, JobRole.Apply, JobRole.VerdictAfterApply, tallies);
    }
    if (runOver && isVerificationFailed(after.failure())) {
      tallies.add(new Tally.VerificationFailed());
    }
    boolean rolledBack = from == RollingBack || view.job(JobRole.Rollback).isPresent();
    if ((to == RolledBack || to == RollbackFailed) && rolledBack) {
      documents(Tally.Activity.RolledBack, JobRole.Rollback, JobRole.Rollback, tallies);
      tallies.add(new Tally.RollbackEnded(to));
    }
    // What is to be rolled back does not end by being found applied, or refused.
    boolean stayed = to == Succeeded && (from == RollingBack || view.isRollbackWanted());
    if (to.isTerminal() && !stayed) {
      tallies.add(new Tally.MigrationEnded(to, took()));
    }
    List<PhaseTime> phases = phasesBefore();
    return new Transition(
        String.join("|", after.specHash(), String.valueOf(after.retry()), to.name()),
        phases.isEmpty() ? "" : phases.getLast().since(),
        tallies);
  }

  private static boolean isRun(MigrationPhase phase) {
    return !phase.isTerminal() && phase != Pending && phase != RollingBack;
  }

  static boolean isVerificationFailed(Failure failure) {
    return failure != null && Reasons.VERIFICATION_FAILED.equals(failure.reason());
  }

  /// Adds what a Job, or the one that read the history after it, says of documents.
  private void documents(
      Tally.Activity activity, JobRole role, JobRole otherwise, List<Tally> tallies) {
    Set<String> steps =
        view.spec().steps().stream()
            .filter(MigrationTally::touchesDocuments)
            .map(Step::name)
            .collect(Collectors.toSet());
    long number =
        Stream.of(role, otherwise)
            .flatMap(it -> view.job(it).filter(JobView::isEnded).stream())
            .map(JobView::result)
            .filter(result -> result != null && result.outcome() != null)
            .findFirst()
            .map(result -> result.outcome().stream())
            .orElseGet(Stream::empty)
            .filter(outcome -> steps.contains(outcome.step()) && outcome.changed() != null)
            .mapToLong(StepOutcome::changed)
            .sum();
    if (number > 0) {
      tallies.add(new Tally.Documents(activity, number));
    }
  }

  /// The other operations count indexes and collections.
  static boolean touchesDocuments(Step step) {
    return step.insert() != null
        || step.update() != null
        || step.delete() != null
        || step.merge() != null
        || step.renameField() != null;
  }

  /// Since the run's first phase: the one after Pending or after the end of the run before.
  private Duration took() {
    Instant began = view.now();
    for (PhaseTime phase : phasesBefore().reversed()) {
      MigrationPhase was = MigrationPhase.valueOf(phase.phase());
      if (was.isTerminal() || was == Pending) {
        break;
      }
      began = Instant.parse(phase.since());
    }
    Duration took = Duration.between(began, view.now());
    return took.isNegative() ? Duration.ZERO : took;
  }

  private List<PhaseTime> phasesBefore() {
    return before.phases() == null ? List.of() : before.phases();
  }
}
