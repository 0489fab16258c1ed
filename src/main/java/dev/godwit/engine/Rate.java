package dev.godwit.engine;

import java.time.Duration;

/// How much is done a second, smoothed: what was done a minute ago hardly counts any more, so that
/// the time left follows a server that gets slower, and one batch does not make it jump. There is
/// no clock in here.
public final class Rate {

  /// What lies so far back weighs 37 percent of what is now.
  private static final Duration MEMORY = Duration.ofSeconds(20);

  /// Looks that follow each other faster are taken together.
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  private final long startNanos;
  private final long startDone;
  private long atNanos;
  private long atDone;
  private double perSecond = Double.NaN;

  /// @param nanos when the counting begins
  /// @param done documents done before
  public Rate(long nanos, long done) {
    this.startNanos = nanos;
    this.startDone = done;
    this.atNanos = nanos;
    this.atDone = done;
  }

  /// Takes notice of what is done.
  public void at(long nanos, long done) {
    long since = nanos - atNanos;
    if (since < SHORTEST.toNanos()) {
      return;
    }
    double now = (done - atDone) * 1e9 / since;
    // The first seconds have no past to be mixed with: their average is exact.
    boolean young = nanos - startNanos < MEMORY.toNanos();
    double weight = 1 - Math.exp(-(double) since / MEMORY.toNanos());
    perSecond =
        young || Double.isNaN(perSecond)
            ? (done - startDone) * 1e9 / (nanos - startNanos)
            : perSecond + weight * (now - perSecond);
    atNanos = nanos;
    atDone = done;
  }

  /// Documents a second; null while less than a second was seen.
  public Long perSecond() {
    return Double.isNaN(perSecond) ? null : Math.round(perSecond);
  }

  /// Seconds for so many documents; null when that cannot be said.
  public Long secondsFor(long documents) {
    return perSecond > 0 && documents >= 0 ? (long) Math.ceil(documents / perSecond) : null;
  }
}
