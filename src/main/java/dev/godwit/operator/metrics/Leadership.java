package dev.godwit.operator.metrics;

/// Whether this operator is the one that works. Another one stands by and tells nothing of
/// resources, or each would be counted twice.
public final class Leadership {

  private volatile boolean leading;

  /// @param leading whether it works from the start: there is no election
  public Leadership(boolean leading) {
    this.leading = leading;
  }

  public void begin() {
    leading = true;
  }

  public void end() {
    leading = false;
  }

  boolean isLeading() {
    return leading;
  }
}
