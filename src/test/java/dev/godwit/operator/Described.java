package dev.godwit.operator;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What `kubectl describe` printed, without what differs from run to run: times, UIDs, hashes, the
/// namespace, the widths of columns, and what the stand-in for a kubelet makes happen.
final class Described {

  private static final Pattern EVENT = Pattern.compile("^ {2}(Normal|Warning) .*");

  /// Events of pods that find neither node nor volume, which are made of the test: whether they
  /// come before the stand-in says that the pod runs is a matter of time.
  private static final Set<String> OF_THE_TEST = Set.of("Unschedulable", "VolumeMissing");

  private Described() {}

  static String normal(String output, String namespace) {
    String text =
        output
            .replace(namespace, "shop")
            .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", "2026-01-01T10:00:00Z")
            .replaceAll(
                "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
                "6ba7b810-9dad-11d1-80b4-00c04fd430c8")
            .replaceAll("(-(?:plan|apply|rollback|verdict)-)[0-9a-f]{10}", "$10123456789")
            .replaceAll("(shop-004-)[0-9a-f]{8}\\b", "$15d0c7f21")
            .replaceAll("\\b[0-9a-f]{64}\\b", "9f86d081")
            .replaceAll("(Resource Version: +)\\d+", "$11000")
            .replaceAll("(Out Of Order:) +", "$1      ")
            .replaceAll("(Duration: +)\\S+", "$124s")
            .replaceAll("(?m)^ {2}Job:\\n(?: {4}.*\\n)+", "");
    return text.lines().filter(Described::isOfGodwit).map(Described::event).collect(LINES);
  }

  private static final java.util.stream.Collector<CharSequence, ?, String> LINES =
      Collectors.joining("\n", "", "\n");

  private static boolean isOfGodwit(String line) {
    Matcher event = EVENT.matcher(line);
    return !event.matches() || !OF_THE_TEST.contains(line.strip().split(" {2,}")[1]);
  }

  /// Columns whose widths depend on ages, one space apart from the next.
  private static String event(String line) {
    boolean heading = line.startsWith("  Type  ") || line.startsWith("  ----  ");
    if (!heading && !EVENT.matcher(line).matches()) {
      return line;
    }
    String[] cells = line.strip().split(" {2,}", 5);
    if (!heading && cells.length == 5) {
      cells[2] = "1m";
    }
    return cells.length < 5
        ? line
        : "  %-8s %-20s %-5s %-16s %s".formatted((Object[]) cells).stripTrailing();
  }
}
