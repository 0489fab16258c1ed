package dev.godwit.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.TextTable;

/// A table for people: columns as wide as their longest value, no lines between them.
final class Table {

  private static final int GAP = 2;

  private final ColorScheme colors;
  private final List<Text[]> rows = new ArrayList<>();

  Table(ColorScheme colors, String... headings) {
    this.colors = colors;
    row((Object[]) headings);
  }

  /// Adds a row.
  ///
  /// @param values null for an empty cell; line breaks become spaces; picocli's markup, such as
  ///     `@|red failed|@`, in instances of [Text] only
  Table row(Object... values) {
    rows.add(Arrays.stream(values).map(this::cell).toArray(Text[]::new));
    return this;
  }

  /// A cell in a colour, when colours are shown.
  ///
  /// @param style of picocli, such as `red` or `bold,green`
  Text styled(String style, String text) {
    return colors.ansi().new Text("@|%s %s|@".formatted(style, text), colors);
  }

  private Text cell(Object value) {
    return value instanceof Text text
        ? text
        : colors
            .ansi()
            .apply(Objects.toString(value, "").replaceAll("\\s*\\R\\s*", " "), List.of());
  }

  @Override
  public String toString() {
    int columns = rows.getFirst().length;
    Column[] widths =
        IntStream.range(0, columns)
            .mapToObj(
                column ->
                    new Column(
                        rows.stream()
                                .mapToInt(row -> row[column].getCJKAdjustedLength())
                                .max()
                                .orElse(0)
                            + GAP,
                        0,
                        Column.Overflow.SPAN))
            .toArray(Column[]::new);
    TextTable table = TextTable.forColumns(colors, widths);
    table.setAdjustLineBreaksForWideCJKCharacters(true);
    rows.forEach(table::addRowValues);
    return Stream.of(table.toString().split("\\R"))
        .map(String::stripTrailing)
        .collect(Collectors.joining(System.lineSeparator()));
  }
}
