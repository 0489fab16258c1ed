package dev.godwit.cli;

import dev.godwit.engine.check.FilterAccess;
import dev.godwit.engine.plan.BackupPlan;
import dev.godwit.engine.plan.Estimate;
import dev.godwit.engine.plan.Reversibility;
import dev.godwit.engine.plan.StepPlan;
import java.util.List;

/// A plan for people.
final class PlanText {

  private final OutputFormat output;
  private final StringBuilder text = new StringBuilder();

  PlanText(OutputFormat output) {
    this.output = output;
  }

  String of(List<PlannedDatabase> databases) {
    for (PlannedDatabase database : databases) {
      line("Database %s on %s".formatted(database.database(), database.server().words()));
      line("");
      for (PlannedMigration migration : database.migrations()) {
        migration(migration);
      }
    }
    List<PlannedMigration> all =
        databases.stream().flatMap(database -> database.migrations().stream()).toList();
    line(
        "%s, %d applied already; %s"
            .formatted(
                FindingOptions.number(
                        (int) all.stream().filter(it -> !it.steps().isEmpty()).count(), "migration")
                    + " to run",
                all.stream().filter(it -> it.state() == PlannedMigration.State.Applied).count(),
                FindingOptions.count(all.stream().flatMap(it -> it.findings().stream()).toList())));
    return text.toString();
  }

  private void migration(PlannedMigration migration) {
    line(
        "%s  %s%s"
            .formatted(
                migration.version(),
                migration.state().words(),
                migration.description() == null ? "" : ": " + migration.description()));
    if (!migration.steps().isEmpty()) {
      Table table =
          output.table(
              "  STEP", "OPERATION", "COLLECTION", "DOCUMENTS", "SIZE", "FOUND BY", "UNDO", "TIME");
      migration.steps().forEach(step -> row(table, step));
      line(table.toString());
      line("  " + summary(migration));
    }
    if (!migration.findings().isEmpty()) {
      Table table = output.table("  SEVERITY", "REASON", "WHERE", "WHAT");
      for (PlacedFinding finding : migration.findings()) {
        table.row(
            table.styled(finding.style(), "  " + finding.severityWord()),
            finding.reason(),
            finding.where(),
            finding.words());
      }
      line(table.toString());
    }
    line("");
  }

  private static void row(Table table, StepPlan step) {
    String after = step.dependsOn().isEmpty() ? "" : " *";
    table.row(
        "  " + step.name(),
        step.operation(),
        step.collection(),
        step.documents() == null ? "?" + after : Quantities.count(step.documents()) + after,
        Quantities.bytes(step.bytes()),
        access(step.access()),
        reversible(step),
        time(step.estimate()));
  }

  private static String access(FilterAccess access) {
    if (access == null) {
      return null;
    }
    return switch (access.kind()) {
      case Index -> "index " + access.index();
      case Scan -> "whole scan";
      case All -> "all";
      case None -> "none there yet";
      case Unknown -> "not told";
    };
  }

  private static String reversible(StepPlan step) {
    return switch (step.reversible()) {
      case Recorded ->
          step.undoBytes() == null || step.undoBytes() == 0
              ? "recorded"
              : "log up to " + Quantities.bytes(step.undoBytes());
      case Own -> "its rollback";
      case Backup -> "backup only";
      case None -> "none";
    };
  }

  private static String time(Estimate estimate) {
    return estimate == null
        ? "?"
        : Quantities.seconds(estimate.from(), estimate.to()) + basis(estimate);
  }

  private static String basis(Estimate estimate) {
    return switch (estimate.basis()) {
      case Sample -> " (sample)";
      case History -> " (history)";
      case Constant -> "";
    };
  }

  private static String summary(PlannedMigration migration) {
    StringBuilder summary = new StringBuilder();
    summary.append("time ").append(time(migration.estimate()));
    BackupPlan backup = migration.backup();
    if (backup.needed()) {
      summary
          .append("; backup of ")
          .append(
              backup.collections() == null
                  ? "the whole database"
                  : "%s (%s documents, %s)"
                      .formatted(
                          String.join(", ", backup.collections()),
                          Quantities.count(backup.documents()),
                          Quantities.bytes(backup.bytes())));
    } else {
      summary.append("; no backup");
    }
    if (migration.steps().stream().anyMatch(step -> step.reversible() == Reversibility.None)) {
      summary.append("; cannot be taken back whole");
    }
    if (migration.planHash() != null) {
      summary.append("; plan hash ").append(migration.planHash());
    }
    List<String> steps =
        migration.steps().stream().flatMap(step -> step.dependsOn().stream()).distinct().toList();
    if (!steps.isEmpty()) {
      summary
          .append(System.lineSeparator())
          .append("  * as of now; depends on ")
          .append(String.join(", ", steps));
    }
    return summary.toString();
  }

  private void line(String line) {
    text.append(line).append(System.lineSeparator());
  }
}
