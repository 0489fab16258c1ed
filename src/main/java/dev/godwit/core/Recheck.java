package dev.godwit.core;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// When to look again without being woken.
public final class Recheck {

  /// When the next decision needs the written status.
  static final Duration SOON = Duration.ofMillis(200);

  /// While a Job that must not be overtaken runs.
  static final Duration POLL = Duration.ofSeconds(10);

  /// While pods end, of which nobody tells.
  static final Duration PODS = Duration.ofSeconds(2);

  /// After an act: to see that it took.
  private static final Duration AFTER_ACT = Duration.ofSeconds(1);

  /// Until a Job has said its first word: nobody likes to look at nothing.
  private static final Duration FIRST_WORD = Duration.ofSeconds(1);

  /// A net below the events, for what only waits.
  private static final Duration NET = Duration.ofSeconds(30);

  private Recheck() {}

  /// @param active how often to look while a Job runs
  public static Optional<Duration> of(
      MigrationView view, Decision<MigrationStanding> decision, Duration active) {
    List<JobView> running = view.jobs().stream().filter(job -> !job.isEnded()).toList();
    boolean silent =
        running.stream().anyMatch(job -> job.progress() == null && job.obstacle() == null);
    return of(
        decision,
        !running.isEmpty(),
        decision.standing().phase().isTerminal(),
        silent ? FIRST_WORD : active);
  }

  /// @param active how often to look while a Job runs
  public static Optional<Duration> of(
      BackupView view, Decision<BackupStanding> decision, Duration active) {
    boolean running = view.job().filter(job -> !job.isEnded()).isPresent();
    return of(decision, running, decision.standing().phase().isTerminal(), active);
  }

  /// @param active how often to look while a Job runs
  public static Optional<Duration> of(
      RestoreView view, Decision<RestoreStanding> decision, Duration active) {
    boolean running = view.jobs().stream().anyMatch(job -> !job.isEnded());
    return of(decision, running, decision.standing().phase().isTerminal(), active);
  }

  /// When to look at a schedule again.
  public static Optional<Duration> of(Decision<ScheduleStanding> decision) {
    return of(decision, false, false, NET);
  }

  private static Optional<Duration> of(
      Decision<?> decision, boolean running, boolean terminal, Duration active) {
    if (!(decision instanceof Decision.Wait<?> wait)) {
      return Optional.of(AFTER_ACT);
    }
    if (wait.recheck() != null) {
      return Optional.of(wait.recheck());
    }
    if (terminal) {
      return Optional.empty();
    }
    return Optional.of(running ? active : NET);
  }
}
