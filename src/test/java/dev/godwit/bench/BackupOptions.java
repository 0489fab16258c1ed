package dev.godwit.bench;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What [BackupBench] is asked for.
///
/// @param parts which comparisons
/// @param megabytes of documents; of the growth, the most
record BackupOptions(Set<Part> parts, int megabytes, int runs) {

  static final String USAGE = "[dump] [restore] [recovery] [growth] [megabytes] [runs]";

  private static final int USUAL_MEGABYTES = 1_000;
  private static final int MOST_MEGABYTES = 4_000;
  private static final int USUAL_RUNS = 3;

  /// A comparison.
  enum Part {
    Dump,
    Restore,
    Recovery,
    Growth
  }

  /// Without a part all but the growth, whose usual size is four times as large.
  ///
  /// @throws IllegalArgumentException for what is not in [#USAGE]
  static BackupOptions of(String... args) {
    Set<Part> parts = EnumSet.noneOf(Part.class);
    List<Integer> numbers = new ArrayList<>();
    for (String arg : args) {
      if (arg.matches("[0-9_]+") && numbers.size() < 2) {
        numbers.add(Integer.parseInt(arg.replace("_", "")));
      } else {
        parts.add(part(arg));
      }
    }
    if (parts.isEmpty()) {
      parts = EnumSet.complementOf(EnumSet.of(Part.Growth));
    }
    boolean grows = parts.contains(Part.Growth);
    return new BackupOptions(
        parts,
        !numbers.isEmpty() ? numbers.getFirst() : grows ? MOST_MEGABYTES : USUAL_MEGABYTES,
        numbers.size() > 1 ? numbers.get(1) : grows ? 1 : USUAL_RUNS);
  }

  private static Part part(String arg) {
    for (Part part : Part.values()) {
      if (part.name().toLowerCase(Locale.ROOT).equals(arg)) {
        return part;
      }
    }
    throw new IllegalArgumentException("what is '%s'? %s".formatted(arg, USAGE));
  }
}
