package dev.godwit.core;

import dev.godwit.api.v1alpha1.GoDuration;
import dev.godwit.api.v1alpha1.SchedulePhase;
import dev.godwit.api.v1alpha1.ScheduledVerification;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Decides what happens next to a schedule. Only the latest scheduled time counts: after an outage
/// at most one backup is made up for, and one is taken at a time.
public final class ScheduleDecider {

  /// A timer of days is nothing to rely on.
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

  private final ScheduleView view;
  private final ScheduleVerification verification;

  private ScheduleDecider(ScheduleView view) {
    this.view = view;
    this.verification = new ScheduleVerification(view);
  }

  /// The next act for what is seen; total: every view has one.
  public static Decision<ScheduleStanding> decide(ScheduleView view) {
    return new ScheduleDecider(view).decide();
  }

  private Decision<ScheduleStanding> decide() {
    if (view.times().problem() != null) {
      return new Decision.Wait<>(
          new ScheduleStanding(
              SchedulePhase.Invalid,
              Reasons.INVALID_SCHEDULE,
              view.times().problem(),
              remembered(),
              false,
              view.status().verification()),
          null);
    }
    boolean changed =
        view.status().schedule() != null && !view.status().schedule().equals(view.schedule());
    if (view.spec().isSuspended() || changed && view.due().isPresent()) {
      return view.spec().isSuspended() ? suspended() : skip("the schedule was changed");
    }
    return view.due().map(this::backUp).orElseGet(this::otherwise);
  }

  private Decision<ScheduleStanding> suspended() {
    return verify(
            at(
                SchedulePhase.Suspended,
                Reasons.SUSPENDED,
                "takes no backups: spec.suspend is true",
                view.due().orElse(remembered())))
        .orElseGet(
            () ->
                pruneOrWait(
                    SchedulePhase.Suspended,
                    Reasons.SUSPENDED,
                    "takes no backups: spec.suspend is true",
                    view.due().orElse(remembered())));
  }

  /// A new schedule begins now: what it would have done before is not made up for.
  private Decision<ScheduleStanding> skip(String why) {
    return new Decision.Wait<>(
        at(SchedulePhase.Active, Reasons.SCHEDULED, why, view.due().orElse(remembered())),
        Recheck.SOON);
  }

  private Decision<ScheduleStanding> backUp(Instant due) {
    if (isTooLate(due)) {
      return new Decision.Wait<>(
          new ScheduleStanding(
              SchedulePhase.Active,
              Reasons.SCHEDULED,
              "left out the backup of %s: it would begin later than startingDeadline allows"
                  .formatted(due),
              due,
              true,
              view.status().verification()),
          Recheck.SOON);
    }
    Optional<KnownBackup> active = view.active();
    if (active.isPresent()) {
      return new Decision.Wait<>(
          at(
              SchedulePhase.Active,
              Reasons.WAITING_FOR_BACKUP,
              "it is time for another backup; waits for %s to end".formatted(active.get().name()),
              remembered()),
          Recheck.POLL);
    }
    String name = Names.scheduledBackup(view.name(), due);
    List<String> collections = view.spec().template().target().collections();
    return new Decision.TakeBackup<>(
        at(SchedulePhase.Active, Reasons.SCHEDULED, "takes backup " + name, due),
        name,
        collections == null ? List.of() : collections);
  }

  private boolean isTooLate(Instant due) {
    return view.spec().startingDeadline() != null
        && view.now().isAfter(due.plus(GoDuration.parse(view.spec().startingDeadline())));
  }

  /// No backup is due.
  private Decision<ScheduleStanding> otherwise() {
    String message =
        view.active()
            .map(backup -> "backup %s runs".formatted(backup.name()))
            .orElse(
                view.times().next() == null
                    ? "the schedule has no time to come"
                    : "the next backup is taken at " + view.times().next());
    return verify(at(SchedulePhase.Active, Reasons.SCHEDULED, message, remembered()))
        .orElseGet(
            () -> pruneOrWait(SchedulePhase.Active, Reasons.SCHEDULED, message, remembered()));
  }

  /// What goes does so also while a verification runs, or waits to begin.
  private Optional<Decision<ScheduleStanding>> verify(ScheduleStanding standing) {
    return verification
        .decide(standing)
        .map(
            decision ->
                decision instanceof Decision.StartJob<?>
                        || verification.isRunning() && decision instanceof Decision.Wait<?>
                    ? prune(standing).orElse(decision)
                    : decision);
  }

  private Decision<ScheduleStanding> pruneOrWait(
      SchedulePhase phase, String reason, String message, Instant dealtWith) {
    return prune(at(phase, reason, message, dealtWith))
        .orElseGet(() -> new Decision.Wait<>(at(phase, reason, message, dealtWith), untilNext()));
  }

  private Optional<Decision<ScheduleStanding>> prune(ScheduleStanding standing) {
    List<String> go =
        Retention.toDelete(
            view.backups(),
            view.spec().retentionOrAll(),
            Trust.of(view.status()).in(view),
            view.pins().keySet(),
            view.times().zone(),
            view.now());
    return go.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Decision.DeleteBackups<>(
                at(
                    standing.phase(),
                    standing.reason(),
                    "deletes " + String.join(", ", go),
                    standing.dealtWith()),
                go));
  }

  private Duration untilNext() {
    Duration wait =
        view.times().next() == null
            ? LONGEST_WAIT
            : Duration.between(view.now(), view.times().next());
    Duration atLeast = wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : wait;
    return atLeast.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : atLeast;
  }

  private Instant remembered() {
    return view.status().lastScheduleTime() == null
        ? null
        : Instant.parse(view.status().lastScheduleTime());
  }

  private ScheduleStanding at(
      SchedulePhase phase, String reason, String message, Instant dealtWith) {
    ScheduledVerification known = view.status().verification();
    return new ScheduleStanding(phase, reason, message, dealtWith, false, known);
  }
}
