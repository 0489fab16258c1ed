package dev.godwit.testing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The metrics that an expression reads, each with the labels that it asks them for. `promtool`
/// says whether the expression is valid; this reads only names.
///
/// @param asked labels by metric
public record PromQl(Map<String, Set<String>> asked) {

  private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
  private static final Pattern METRIC =
      Pattern.compile("\\b((?:godwit|jvm|process|http_server)_[a-z0-9_]+)\\s*(\\{[^}]*})?");
  private static final Pattern MATCHER =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)\\s*(?:=~|!~|!=|=)");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(by|on|without|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)\\s*");

  /// Reads an expression. What groups series asks the metrics that are grouped, what matches series
  /// asks every metric of the expression.
  public static PromQl parse(String expression) {
    String bare = STRING.matcher(expression).replaceAll("\"\"");
    Map<String, Set<String>> asked = new LinkedHashMap<>();
    Map<Integer, String> places = new TreeMap<>();
    Matcher metric = METRIC.matcher(bare);
    while (metric.find()) {
      places.put(metric.start(), metric.group(1));
      Set<String> labels = asked.computeIfAbsent(metric.group(1), same -> new TreeSet<>());
      if (metric.group(2) != null) {
        Matcher matcher = MATCHER.matcher(metric.group(2));
        while (matcher.find()) {
          labels.add(matcher.group(1));
        }
      }
    }
    Matcher grouping = GROUPING.matcher(bare);
    while (grouping.find()) {
      boolean aggregates = grouping.group(1).equals("by") || grouping.group(1).equals("without");
      int end = aggregates ? end(bare, grouping.end()) : bare.length();
      for (String label : grouping.group(2).split(",")) {
        places.forEach(
            (place, name) -> {
              if (!label.isBlank() && (!aggregates || place > grouping.end() && place < end)) {
                asked.get(name).add(label.strip());
              }
            });
      }
    }
    return new PromQl(asked);
  }

  /// Where the parenthesis that opens at `start` closes.
  private static int end(String expression, int start) {
    int depth = 0;
    for (int i = start; i < expression.length(); i++) {
      depth += expression.charAt(i) == '(' ? 1 : expression.charAt(i) == ')' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    throw new IllegalArgumentException("no parenthesis closes in " + expression);
  }

  public Set<String> metrics() {
    return asked.keySet();
  }
}
