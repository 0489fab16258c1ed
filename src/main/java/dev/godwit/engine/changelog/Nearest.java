package dev.godwit.engine.changelog;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;

/// The known name that somebody meant, by edit distance.
public final class Nearest {

  private Nearest() {}

  /// The nearest of the known names; empty when none is near: a letter or two wrong, left out,
  /// added or swapped, in a short name only one.
  public static Optional<String> to(String name, Collection<String> known) {
    int limit = name.length() <= 4 ? 1 : 2;
    return known.stream()
        .filter(other -> distance(name, other) <= limit)
        .min(
            Comparator.comparingInt((String other) -> distance(name, other))
                .thenComparing(Comparator.naturalOrder()));
  }

  /// For messages: `did you mean '$set'?`, or all the names.
  public static String suggestion(String name, Collection<String> known) {
    return to(name, known)
        .map("did you mean '%s'?"::formatted)
        .orElseGet(() -> "known are " + String.join(" ", new TreeSet<>(known)));
  }

  /// Optimal string alignment distance, upper and lower case the same.
  private static int distance(String left, String right) {
    String a = left.toLowerCase(java.util.Locale.ROOT);
    String b = right.toLowerCase(java.util.Locale.ROOT);
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        cost[i][j] =
            Math.min(
                Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + (same ? 0 : 1));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
