package dev.godwit.engine.plan;

/// How long something takes, as a range.
///
/// @param from seconds, at best
/// @param to seconds, at worst
/// @param basis how it was worked out
public record Estimate(double from, double to, Basis basis) {

  /// Where an estimate comes from.
  public enum Basis {
    /// A few batches were read and worked out, without writing, and timed.
    Sample,
    /// Earlier runs on this database, as the history recorded them.
    History,
    /// Only names change: it does not depend on the number of documents.
    Constant
  }

  static final Estimate INSTANT = new Estimate(0, 1, Basis.Constant);

  /// Both, one after the other.
  Estimate and(Estimate next) {
    return of(from + next.from, to + next.to, next.basis == Basis.Constant ? basis : next.basis);
  }

  /// Rounded to tenths: more would be pretended.
  static Estimate of(double from, double to, Basis basis) {
    return new Estimate(round(from), round(Math.max(from, to)), basis);
  }

  private static double round(double seconds) {
    return seconds >= 10 ? Math.rint(seconds) : Math.rint(seconds * 10) / 10;
  }
}
