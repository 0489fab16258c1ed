package dev.godwit.engine.throttle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// How fast a walk goes. Each batch yields the next pace; there is no clock and no server in here.
///
/// Slow batches: once [#SLOW_IN_A_ROW] of them in a row take [#SLOW] times as long a document as is
/// usual, a pause as long as the batch follows each; it doubles with each further slow batch up to
/// four times the batch, and halves with each that is not ([#WELL]). Replication: a lag of
/// [#LAG] or more costs a quarter of it as pause; a primary that holds writes back costs twice the
/// batch. The longest of these pauses holds, and never more than [#LONGEST].
///
/// @param usual times of the batches before
/// @param slowInARow how many of the latest batches were slow
/// @param level how much slow batches slow the walk down, 0 to [#MOST]
/// @param pause before the next batch
/// @param reason why there is a pause, in words; null when there is none
record Pace(Latencies usual, int slowInARow, int level, Duration pause, String reason) {

  static final Pace FULL = new Pace(Latencies.NONE, 0, 0, Duration.ZERO, null);

  static final Duration LONGEST = Duration.ofSeconds(30);
  static final Duration LAG = Duration.ofSeconds(10);
  static final double SLOW = 3;
  static final double WELL = 2;
  static final int SLOW_IN_A_ROW = 3;
  static final int MOST = 3;

  /// A batch that is done sooner is not called slow, whatever the others take.
  static final Duration UNNOTICED = Duration.ofMillis(50);

  private static final Duration HELD_BACK = Duration.ofSeconds(1);

  /// The pace after a batch.
  Pace after(Batch batch) {
    List<String> reasons = new ArrayList<>();
    Pace next = batch.documents() == 0 ? calmer() : measured(batch, reasons);
    Duration pause = next.level == 0 ? Duration.ZERO : times(batch.time(), 1 << (next.level - 1));
    ReplicationState replication = batch.replication();
    if (replication.lag().compareTo(LAG) >= 0) {
      pause = longer(pause, replication.lag().dividedBy(4));
      reasons.add(
          "%s is %d s behind".formatted(replication.behind(), replication.lag().toSeconds()));
    }
    if (replication.isFlowControlled()) {
      pause = longer(pause, longer(HELD_BACK, times(batch.time(), 2)));
      reasons.add("the server holds writes back because its secondaries are behind (flow control)");
    }
    if (next.level > 0 && reasons.isEmpty()) {
      reasons.add("batches were slow; it speeds up step by step");
    }
    return new Pace(
        next.usual,
        next.slowInARow,
        next.level,
        pause.compareTo(LONGEST) > 0 ? LONGEST : pause,
        reasons.isEmpty() ? null : String.join("; ", reasons));
  }

  /// A batch whose time says nothing: a walk does not stay slow for ever because of it.
  private Pace calmer() {
    return new Pace(usual, 0, Math.max(0, level - 1), pause, reason);
  }

  private Pace measured(Batch batch, List<String> reasons) {
    long perDocument = batch.time().toNanos() / batch.documents();
    double ratio = usual.ratio(perDocument);
    boolean slow = ratio >= SLOW && batch.time().compareTo(UNNOTICED) >= 0;
    int inARow = slow ? slowInARow + 1 : 0;
    int nextLevel = level;
    if (inARow >= SLOW_IN_A_ROW) {
      nextLevel = Math.min(MOST, level + 1);
    } else if (ratio < WELL || batch.time().compareTo(UNNOTICED) < 0) {
      nextLevel = Math.max(0, level - 1);
    }
    if (slow && nextLevel > 0) {
      reasons.add("batches take %d times as long as before".formatted(Math.round(ratio)));
    }
    // A walk that is slowed down has the server more for itself: such times are not the usual.
    Latencies seen = slow || level == 0 ? usual.with(perDocument) : usual;
    return new Pace(seen, inARow, nextLevel, pause, reason);
  }

  /// How many of `most` workers work at once: half of them a level.
  int workers(int most) {
    return Math.max(1, most >> level);
  }

  private static Duration times(Duration duration, int factor) {
    return duration.multipliedBy(factor);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
