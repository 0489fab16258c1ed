package dev.godwit.cli;

import java.util.Locale;

/// Numbers for people.
final class Quantities {

  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
  private static final int STEP = 1024;
  private static final int MINUTE = 60;
  private static final int HOUR = 3600;

  private Quantities() {}

  /// `1,234`; null stays null.
  static String count(Long number) {
    return number == null ? null : String.format(Locale.ROOT, "%,d", number);
  }

  /// `512 B`, `1.5 MiB`, `23 GiB`; null stays null.
  static String bytes(Long bytes) {
    if (bytes == null) {
      return null;
    }
    double value = bytes;
    int unit = 0;
    while (value >= STEP && unit < UNITS.length - 1) {
      value /= STEP;
      unit++;
    }
    return String.format(
        Locale.ROOT, unit > 0 && value < 10 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
  }

  /// `under 1 s`, `3–12 s`, `1–4 min`, `2–5 h`.
  static String seconds(double from, double to) {
    if (to <= 1) {
      return "under 1 s";
    }
    int unit = to < 2 * MINUTE ? 1 : to < 2 * HOUR ? MINUTE : HOUR;
    String name = unit == 1 ? "s" : unit == MINUTE ? "min" : "h";
    long low = (long) Math.floor(from / unit);
    long high = (long) Math.ceil(to / unit);
    return low == high ? "%d %s".formatted(high, name) : "%d–%d %s".formatted(low, high, name);
  }
}
