package dev.godwit.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a metrics endpoint serves: Prometheus' text format, read.
///
/// @param types of the families, by name
/// @param samples a line each
public record Exposition(Map<String, String> types, List<Sample> samples) {

  private static final Pattern LINE =
      Pattern.compile("^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)$");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /// A sample.
  public record Sample(String name, Map<String, String> labels, double value) {

    /// Whether it has these labels: name, value, name, value.
    boolean has(String... labels) {
      for (int i = 0; i < labels.length; i += 2) {
        if (!labels[i + 1].equals(this.labels.get(labels[i]))) {
          return false;
        }
      }
      return true;
    }
  }

  /// Reads the text format.
  public static Exposition parse(String text) {
    Map<String, String> types = new LinkedHashMap<>();
    List<Sample> samples = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith("# TYPE ")) {
        String[] words = line.split(" ");
        types.put(words[2], words[3]);
      } else if (!line.startsWith("#") && !line.isBlank()) {
        Matcher sample = LINE.matcher(line);
        if (!sample.matches()) {
          throw new IllegalArgumentException("not a sample: " + line);
        }
        Map<String, String> labels = new LinkedHashMap<>();
        Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
        while (label.find()) {
          labels.put(label.group(1), label.group(2));
        }
        samples.add(new Sample(sample.group(1), labels, Double.parseDouble(sample.group(3))));
      }
    }
    return new Exposition(types, samples);
  }

  /// The samples with a name and these labels: name, value, name, value.
  public Stream<Sample> find(String name, String... labels) {
    return samples.stream().filter(it -> it.name().equals(name) && it.has(labels));
  }

  /// The value of the only sample with a name and these labels.
  public Optional<Double> value(String name, String... labels) {
    List<Double> values = find(name, labels).map(Sample::value).toList();
    if (values.size() > 1) {
      throw new IllegalArgumentException(name + " has several: " + find(name, labels).toList());
    }
    return values.stream().findFirst();
  }

  /// The sum of the samples with a name and these labels.
  public double sum(String name, String... labels) {
    return find(name, labels).mapToDouble(Sample::value).sum();
  }

  /// Names of Godwit's own samples.
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    samples.stream().map(Sample::name).filter(it -> it.startsWith("godwit_")).forEach(names::add);
    return names;
  }

  /// The labels of a name, of all its samples together.
  public Set<String> labels(String name) {
    Set<String> labels = new TreeSet<>();
    find(name).forEach(it -> labels.addAll(it.labels().keySet()));
    return labels;
  }
}
