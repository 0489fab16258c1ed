package dev.godwit.operator.metrics;

import java.util.ArrayList;
import java.util.List;

/// Gauges of one name, read at one scrape.
///
/// @param name as Prometheus has it
/// @param help what it says
/// @param labels names of the labels
/// @param rows a series each
record Family(String name, String help, List<String> labels, List<Row> rows) {

  /// A series.
  ///
  /// @param values of the labels, in their order
  record Row(List<String> values, double value) {}

  static Family of(String name, String help, String... labels) {
    return new Family(name, help, List.of(labels), new ArrayList<>());
  }

  void add(double value, String... values) {
    rows.add(new Row(List.of(values), value));
  }

  void add(boolean value, String... values) {
    add(value ? 1 : 0, values);
  }
}
