package dev.godwit.api.v1alpha1;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;

/// Duration strings as Kubernetes' tools write them: Go's `time.ParseDuration` with the units ms,
/// s, m, h.
public final class GoDuration {

  /// The form of a duration in a CRD.
  public static final String PATTERN = "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$";

  private static final java.util.regex.Pattern WHOLE = java.util.regex.Pattern.compile(PATTERN);
  private static final java.util.regex.Pattern PART =
      java.util.regex.Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ms|s|m|h)");

  private GoDuration() {}

  /// Parses `text`, e.g. `1h30m`, `100ms`, `1.5s`.
  ///
  /// @throws IllegalArgumentException when `text` has another form or is longer than a `Duration`
  ///     can be
  public static Duration parse(String text) {
    if (text == null || !WHOLE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a duration; write for example 100ms, 30s, 5m or 1h30m".formatted(text));
    }
    BigDecimal nanos = BigDecimal.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      long unit =
          switch (part.group(2)) {
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            default -> 3_600_000_000_000L;
          };
      nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit)));
    }
    try {
      return Duration.ofNanos(nanos.toBigInteger().longValueExact());
    } catch (ArithmeticException tooLong) {
      throw new IllegalArgumentException("'%s' is longer than 292 years".formatted(text), tooLong);
    }
  }
}
