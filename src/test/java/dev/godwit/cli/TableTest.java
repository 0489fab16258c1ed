package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

class TableTest {

  @Test
  void columnsAreAsWideAsTheirLongestValue() {
    Table table =
        new Table(Help.defaultColorScheme(Ansi.OFF), "VERSION", "STATE", "NOTE")
            .row("001", "applied", null)
            .row(10, null, "one\n  two @|red three|@");

    assertThat(table.toString().lines())
        .containsExactly(
            "VERSION  STATE    NOTE",
            "001      applied",
            "10                one two @|red three|@");
  }

  @Test
  void aStyleIsSeenOnlyWhereColoursAre() {
    Table off = new Table(Help.defaultColorScheme(Ansi.OFF), "STATE");
    Table on = new Table(Help.defaultColorScheme(Ansi.ON), "STATE");

    assertThat(off.row(off.styled("red", "failed")).toString()).endsWith("failed");
    assertThat(on.row(on.styled("red", "failed")).toString()).contains("\u001b[31mfailed");
  }
}
