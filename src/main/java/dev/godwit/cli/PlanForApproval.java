package dev.godwit.cli;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.plan.MigrationPlan;
import dev.godwit.engine.plan.Planner;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Adds to a plan's result what `godwit plan` prints, as much of it as a termination message holds.
final class PlanForApproval {

  /// Of a termination message's 4 KiB; the rest is for names of collections.
  private static final int MOST = 2_000;

  private static final long LARGE = 100_000;
  private static final String CUT = "… and more: godwit plan shows all";

  private PlanForApproval() {}

  static RunResult add(
      RunResult result,
      MongoMigrationSpec spec,
      Changelog changelog,
      MongoDatabase database,
      OutputFormat output) {
    if (result.verdict() != Verdict.Planned) {
      return result;
    }
    Planner planner = new Planner(database, List.of(changelog), LARGE);
    MigrationFile file =
        new MigrationFile(
            Path.of("manifest"), 0, null, spec, changelog, Optional.of(database.getName()));
    MigrationPlan plan = planner.plan(changelog, spec.backupPolicyOrDefault(), Set.of());
    PlannedMigration planned =
        PlannedMigration.of(
            file,
            new UpStep.Apply(changelog, result.attempt(), Optional.empty()),
            plan,
            plan.findings().stream().map(it -> PlacedFinding.of(it, null, null)).toList());
    String text =
        new PlanText(output)
            .of(
                List.of(
                    new PlannedDatabase(database.getName(), planner.server(), List.of(planned))));
    return result.withPlan(result.plan().withText(shortened(text)));
  }

  /// Whole lines.
  static String shortened(String text) {
    StringBuilder some = new StringBuilder();
    for (String line : text.lines().filter(it -> !it.isBlank()).toList()) {
      if (some.length() + line.length() + CUT.length() > MOST) {
        return some.append(CUT).toString();
      }
      some.append(line).append('\n');
    }
    return some.toString().stripTrailing();
  }
}
