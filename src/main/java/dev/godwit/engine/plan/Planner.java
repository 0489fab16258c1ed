package dev.godwit.engine.plan;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.PlanSummary;
import dev.godwit.api.v1alpha1.BackupPolicy;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.CompiledCheck;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.check.CheckRunner;
import dev.godwit.engine.history.History;
import dev.godwit.engine.run.PlanRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Plans the migrations of one database, in the order in which they would run. Reads only. What a
/// migration finds is worked out from what is there now and what those before it will have made.
public final class Planner {

  private final MongoDatabase database;
  private final PlanContext context;

  /// Looks at the database.
  ///
  /// @param changelogs those of the files: the history tells how fast they were
  /// @param large documents from which a collection is large
  public Planner(MongoDatabase database, List<Changelog> changelogs, long large) {
    this.database = database;
    this.context =
        new PlanContext(
            database,
            ServerFacts.read(database),
            new CollectionFacts(database),
            Outlook.read(database),
            RecordedRates.read(database, changelogs),
            large);
  }

  /// Which server it is.
  public ServerFacts server() {
    return context.server();
  }

  /// Plans the next migration.
  ///
  /// @param done indexes of steps that an earlier run has completed
  public MigrationPlan plan(Changelog changelog, BackupPolicy policy, Set<Integer> done) {
    Set<String> dependsOn = context.outlook().causes(collections(changelog));
    List<Finding> findings = new ArrayList<>();
    PlanSummary summary = dependsOn.isEmpty() ? summary(changelog, findings) : null;
    if (done.isEmpty()) {
      changelog.preconditions().forEach(check -> precondition(check, findings));
    }
    BackupPlan backup = backup(changelog, policy);
    List<StepPlan> steps = new ArrayList<>();
    for (CompiledStep step : changelog.steps()) {
      if (!done.contains(step.index())) {
        steps.add(step(changelog.version(), step, policy, findings));
        context.outlook().add(step.operation(), new Cause(changelog.version(), step.name()));
      }
    }
    return new MigrationPlan(
        changelog.version(),
        summary == null ? null : summary.planHash(),
        changelog.touchesWholeDatabase() ? null : changelog.collections(),
        changelog.isDestructive(),
        List.copyOf(steps),
        backup,
        total(steps),
        List.copyOf(dependsOn),
        withoutRepetition(findings));
  }

  private StepPlan step(
      String version, CompiledStep step, BackupPolicy policy, List<Finding> findings) {
    List<Finding> structure = StructureFindings.of(context, version, step);
    findings.addAll(structure);
    StepPlan plan = new StepInspector(context, policy).inspect(step, findings);
    findings.addAll(DocumentFindings.of(context, step, plan));
    return plan;
  }

  /// What the Job would say before it runs: whatever it refuses is a finding, too.
  private PlanSummary summary(Changelog changelog, List<Finding> findings) {
    try {
      return new PlanRun(database, changelog).run(History.read(database)).plan();
    } catch (RunException refused) {
      findings.add(Finding.of(refused));
      return null;
    }
  }

  private void precondition(CompiledCheck check, List<Finding> findings) {
    context.reading(
        check.path(),
        findings,
        () ->
            new CheckRunner(database, Map.of())
                .firstFailed(List.of(check))
                .ifPresent(failed -> findings.add(failed(check, failed.message()))));
  }

  private Finding failed(CompiledCheck check, String message) {
    Set<String> causes = context.outlook().causes(collections(check).toList());
    return causes.isEmpty()
        ? Finding.error("PreconditionFailed", check.path(), message)
        : Finding.info(
            "PreconditionFailed",
            check.path(),
            "%s (as of now: %s may change that)".formatted(message, String.join(", ", causes)));
  }

  private static Set<String> collections(Changelog changelog) {
    return Stream.concat(
            changelog.namedCollections().stream(),
            Stream.concat(changelog.preconditions().stream(), changelog.checks().stream())
                .flatMap(Planner::collections))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> collections(CompiledCheck check) {
    return switch (check.kind()) {
      case CompiledCheck.Kind.SameCount same ->
          Stream.of(same.collection(), same.otherCollection());
      case CompiledCheck.Kind.References references ->
          Stream.of(references.collection(), references.toCollection());
      default -> Stream.of(check.kind().collection());
    };
  }

  private BackupPlan backup(Changelog changelog, BackupPolicy policy) {
    boolean needed =
        switch (policy) {
          case Always -> true;
          case WhenDestructive -> changelog.isDestructive();
          case Never -> false;
        };
    List<CollectionFacts.Size> sizes =
        changelog.collections().stream()
            .map(name -> context.future(name).isPlain() ? context.future(name).origin() : null)
            .map(context.facts()::size)
            .toList();
    return new BackupPlan(
        needed,
        changelog.touchesWholeDatabase() ? null : changelog.collections(),
        sizes.stream().mapToLong(CollectionFacts.Size::documents).sum(),
        sizes.stream().mapToLong(CollectionFacts.Size::bytes).sum());
  }

  private static Estimate total(List<StepPlan> steps) {
    Estimate total = Estimate.INSTANT;
    for (StepPlan step : steps) {
      if (step.estimate() == null) {
        return null;
      }
      total = total == Estimate.INSTANT ? step.estimate() : total.and(step.estimate());
    }
    return total;
  }

  /// One finding says more than two that mean the same: of those with one reason and one place the
  /// one that names the place more exactly.
  private static List<Finding> withoutRepetition(List<Finding> findings) {
    List<Finding> kept = new ArrayList<>();
    for (Finding finding : findings) {
      kept.removeIf(
          other ->
              other != finding
                  && repeats(other, finding)
                  && other.severity().compareTo(finding.severity()) >= 0);
      if (kept.stream().noneMatch(other -> repeats(finding, other))) {
        kept.add(finding);
      }
    }
    return List.copyOf(kept);
  }

  /// Whether the first one is the second one in fewer words.
  private static boolean repeats(Finding vague, Finding exact) {
    return vague.reason().equals(exact.reason())
        && vague.path() != null
        && exact.path() != null
        && exact.path().startsWith(vague.path());
  }
}
