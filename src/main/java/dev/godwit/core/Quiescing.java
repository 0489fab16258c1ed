package dev.godwit.core;

import static dev.godwit.api.v1alpha1.MigrationPhase.BackingUp;
import static dev.godwit.api.v1alpha1.MigrationPhase.Pending;
import static dev.godwit.api.v1alpha1.MigrationPhase.Planning;

import dev.godwit.api.v1alpha1.MigrationPhase;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// The workloads of `spec.quiesce` are scaled to zero before the backup is taken or the database
/// changed, and back when the data are in a known state. Why so:
/// `docs/decisions/0505-quiesced-until-the-data-are-known.md`.
final class Quiescing {

  private static final String KEPT = " Still scaled to zero: ";

  private final MigrationView view;
  private final MigrationDecisions decisions;
  private final Quiesced quiesced;

  Quiescing(MigrationDecisions decisions) {
    this.view = decisions.view();
    this.decisions = decisions;
    this.quiesced = new Quiesced(view);
  }

  /// Whether a Job that is stopped has to stay so because of workloads.
  static boolean isHoldingBack(MigrationStanding standing) {
    return standing.reason().equals(Reasons.WORKLOAD_SCALED_UP)
        || standing.reason().equals(Reasons.WAITING_FOR_WORKLOADS);
  }

  /// `wanted`, or what has to be done before it.
  Decision<MigrationStanding> permit(Decision<MigrationStanding> wanted) {
    if (view.workloads().isEmpty()) {
      return wanted;
    }
    return switch (wanted) {
      case Decision.StartJob<MigrationStanding> start ->
          switch (start.role()) {
            case Plan -> hasBegun() ? start : refused(Pending).orElse(start);
            case Apply -> whenQuiet(start);
            case Rollback -> asQuietAsCanBe(start);
            default -> start;
          };
      case Decision.TakeBackup<MigrationStanding> take -> whenQuiet(take);
      case Decision.Wait<MigrationStanding> wait -> meanwhile(wait);
      default -> wanted;
    };
  }

  private boolean hasBegun() {
    return view.remembered() != null && view.remembered() != Pending;
  }

  /// Nothing is scaled when not all can be.
  private Optional<Decision<MigrationStanding>> refused(MigrationPhase phase) {
    String forbidden = names(quiesced.named(), it -> it.state() == Workload.State.Forbidden);
    if (!forbidden.isEmpty()) {
      return Optional.of(
          later(
              decisions.at(
                  phase,
                  Reasons.QUIESCE_FORBIDDEN,
                  ("the operator has no right to scale %s of spec.quiesce: set the chart's value"
                          + " quiesce.enabled to true, or take it out of the spec")
                      .formatted(forbidden))));
    }
    String missing = names(quiesced.named(), it -> it.state() == Workload.State.Missing);
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            later(
                decisions.at(
                    phase,
                    Reasons.WORKLOAD_MISSING,
                    "%s of spec.quiesce is missing in namespace %s: create it, or %s"
                        .formatted(
                            missing,
                            view.id().namespace(),
                            phase == Pending
                                ? "take it out of the spec"
                                : "set desiredState to RolledBack"))));
  }

  /// Where nothing has begun, what was scaled down already is given back meanwhile.
  private Decision<MigrationStanding> later(MigrationStanding standing) {
    Decision.Wait<MigrationStanding> wait = new Decision.Wait<>(standing, Recheck.POLL);
    return standing.phase() == Pending ? meanwhile(wait) : wait;
  }

  private Decision<MigrationStanding> whenQuiet(Decision<MigrationStanding> wanted) {
    MigrationPhase phase = hasBegun() ? view.remembered() : Planning;
    Optional<Decision<MigrationStanding>> refused = refused(phase == Planning ? Pending : phase);
    if (refused.isPresent()) {
      return refused.get();
    }
    Optional<Workload> foreign =
        quiesced.named().stream().filter(it -> it.isMarkedByAnother(view.id().uid())).findFirst();
    if (foreign.isPresent()) {
      return pause(
          decisions.at(
              phase,
              Reasons.WAITING_FOR_WORKLOADS,
              ("waits for MongoMigration %s, which scaled %s to zero and gives it back. If that is"
                      + " gone, scale by hand and take the annotations godwit.dev/quiesced-* off")
                  .formatted(foreign.get().mark().migration(), foreign.get().id().describe())));
    }
    Optional<Decision<MigrationStanding>> down = scaleDown(phase, wanted.standing());
    if (down.isPresent()) {
      return down.get();
    }
    String up = names(quiesced.named(), Workload::isUp);
    if (!up.isEmpty()) {
      return pause(decisions.at(phase, Reasons.WORKLOAD_SCALED_UP, scaledUp(up)));
    }
    return busy()
        .<Decision<MigrationStanding>>map(
            message -> pause(decisions.at(phase, Reasons.WAITING_FOR_WORKLOADS, message)))
        .orElse(wanted);
  }

  /// A rollback is the way to safety: it scales down what it can, waits for pods that end, and for
  /// nothing else.
  private Decision<MigrationStanding> asQuietAsCanBe(Decision<MigrationStanding> wanted) {
    MigrationStanding standing = wanted.standing();
    return scaleDown(standing.phase(), standing)
        .or(
            () ->
                busy()
                    .map(
                        message ->
                            pause(standing.withMessage(Reasons.WAITING_FOR_WORKLOADS, message))))
        .orElse(wanted);
  }

  private Optional<Decision<MigrationStanding>> scaleDown(
      MigrationPhase phase, MigrationStanding wanted) {
    List<Workload> open =
        quiesced.named().stream()
            .filter(it -> it.isSeen() && it.mark() == null && !quiesced.isHeld(it))
            .toList();
    return open.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Decision.Scale<>(
                decisions.standing(
                    phase,
                    Reasons.WAITING_FOR_WORKLOADS,
                    "scales %s to zero".formatted(names(open, it -> true)),
                    wanted.failure()),
                open.stream().map(Scaling::down).toList()));
  }

  /// What still runs of those that are scaled to zero.
  private Optional<String> busy() {
    List<Workload> busy =
        quiesced.named().stream().filter(it -> !it.isUp() && !it.isQuiet()).toList();
    if (busy.isEmpty()) {
      return Optional.empty();
    }
    String pods =
        busy.stream().flatMap(it -> it.pods().stream()).sorted().collect(Collectors.joining(", "));
    return Optional.of(
        "waits until nothing of %s runs any more%s"
            .formatted(names(busy, it -> true), pods.isEmpty() ? "" : ": " + pods));
  }

  private Decision<MigrationStanding> meanwhile(Decision.Wait<MigrationStanding> wait) {
    MigrationStanding standing = wait.standing();
    if (quiesced.isDataKnown(standing)) {
      return giveBack(wait);
    }
    return switch (standing.phase()) {
      case Applying, Verifying -> running(wait);
      case Failed, RollbackFailed -> kept(wait);
      default -> wait;
    };
  }

  /// Pods that come back stop the run after its batch: they were not to see the data half changed.
  private Decision<MigrationStanding> running(Decision.Wait<MigrationStanding> wait) {
    Optional<JobView> job = view.job(JobRole.Apply).filter(it -> !it.isEnded());
    if (job.isEmpty()) {
      return wait;
    }
    String up = names(quiesced.named(), Workload::isUp);
    JobView.State state = job.get().state();
    if (state == JobView.State.Active && !up.isEmpty()) {
      return new Decision.SuspendJob<>(
          wait.standing().withMessage(Reasons.WORKLOAD_SCALED_UP, scaledUp(up)),
          job.get().name(),
          true);
    }
    if (state != JobView.State.Suspended) {
      return wait;
    }
    if (!up.isEmpty()) {
      return pause(wait.standing().withMessage(Reasons.WORKLOAD_SCALED_UP, scaledUp(up)));
    }
    return busy()
        .<Decision<MigrationStanding>>map(
            message -> pause(wait.standing().withMessage(Reasons.WAITING_FOR_WORKLOADS, message)))
        .orElse(wait);
  }

  private Decision<MigrationStanding> giveBack(Decision.Wait<MigrationStanding> wait) {
    MigrationStanding standing = wait.standing();
    String forbidden = names(quiesced.held(), it -> it.state() == Workload.State.Forbidden);
    if (!forbidden.isEmpty()) {
      MigrationPhase phase = view.remembered() == null ? BackingUp : view.remembered();
      return pause(
          decisions.standing(
              phase,
              Reasons.QUIESCE_FORBIDDEN,
              "the operator has lost the right to scale %s back: set the chart's value quiesce.enabled to true again"
                  .formatted(forbidden),
              standing.failure()));
    }
    List<Scaling> back = quiesced.giveBack();
    return back.isEmpty() ? wait : new Decision.Scale<>(standing, back);
  }

  /// The data may be half changed: an application that comes back by itself could make it worse.
  private Decision<MigrationStanding> kept(Decision.Wait<MigrationStanding> wait) {
    MigrationStanding standing = wait.standing();
    List<Scaling> letGo = quiesced.letGo();
    if (!letGo.isEmpty()) {
      return new Decision.Scale<>(standing, letGo);
    }
    String message = standing.message() == null ? "" : standing.message();
    int old = message.indexOf(KEPT);
    String base = old < 0 ? message : message.substring(0, old);
    String down = quiesced.describe();
    String text =
        down.isEmpty()
            ? base
            : base
                + KEPT
                + down
                + ", as the data may be half changed; kubectl scale brings it back, and so does the end"
                + " of the migration in Succeeded or RolledBack, or its deletion";
    return new Decision.Wait<>(standing.withMessage(standing.reason(), text), wait.recheck());
  }

  private static String scaledUp(String up) {
    return up
        + " was scaled up meanwhile, so nothing more is changed: scale it to zero to go on, or set"
        + " desiredState to RolledBack";
  }

  private static Decision<MigrationStanding> pause(MigrationStanding standing) {
    return new Decision.Wait<>(standing, Recheck.PODS);
  }

  private static String names(List<Workload> workloads, Predicate<Workload> which) {
    return workloads.stream()
        .filter(which)
        .map(it -> it.id().describe())
        .collect(Collectors.joining(", "));
  }
}
