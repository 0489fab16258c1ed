package dev.godwit.cli;

import dev.godwit.api.v1alpha1.NaturalOrder;
import dev.godwit.engine.Spot;
import dev.godwit.engine.plan.Finding;
import dev.godwit.engine.plan.Lint;
import dev.godwit.engine.plan.Severity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec.Target;

/// `godwit lint`.
@Command(
    name = "lint",
    description = {
      "Says what is wrong with manifests, all of it, with line and column, and what",
      "their author may not have thought of. Needs no database."
    },
    sortOptions = false,
    footer = {
      "",
      "Exit codes: 0 no errors; 2 wrong usage; 10 there are errors (with --strict",
      "warnings, too).",
      "",
      "Examples:",
      "  godwit lint migrations/",
      "  godwit lint --strict --ignore NotVerified,UpdatesAll -o json 004.yaml"
    })
final class LintCommand implements Callable<Integer> {

  @picocli.CommandLine.Spec(Target.SELF)
  private CommandSpec command;

  @Parameters(
      arity = "0..*",
      paramLabel = "PATH",
      description = "Manifests, or folders of them (*.yaml, *.yml, *.json).")
  private List<Path> paths = new ArrayList<>();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "PATH",
      description = "The same, as other commands take it.")
  private List<Path> files = new ArrayList<>();

  @Mixin private FindingOptions options;
  @Mixin private OutputFormat output;
  @Mixin private HelpOption help;

  /// What is printed as JSON.
  ///
  /// @param files how many were read
  /// @param migrations how many are in them
  record Answer(int files, int migrations, List<PlacedFinding> findings) {}

  @Override
  public Integer call() {
    List<Path> all = new ArrayList<>(paths);
    all.addAll(files);
    if (all.isEmpty()) {
      throw new ParameterException(
          command.commandLine(), "which manifests? Name a file or a folder");
    }
    LintReader reader = new LintReader();
    reader.read(all);
    List<PlacedFinding> findings = new ArrayList<>(reader.findings());
    findings.addAll(lint(reader.migrations()));
    if (reader.migrations().isEmpty() && findings.isEmpty()) {
      findings.add(
          PlacedFinding.of(
              new Finding(
                  Severity.Warning,
                  "NoMigration",
                  null,
                  "there is no MongoMigration here; look at the path",
                  List.of()),
              all.getFirst().toString(),
              null));
    }
    findings.sort(PlacedFinding.ORDER);
    List<PlacedFinding> shown = options.of(findings);
    output.print(
        new Answer(reader.files(), reader.migrations().size(), shown),
        () ->
            PlacedFinding.table(output, shown)
                + "%s in %s of %s"
                    .formatted(
                        FindingOptions.count(shown),
                        FindingOptions.number(reader.migrations().size(), "migration"),
                        FindingOptions.number(reader.files(), "file")));
    return options.exitCode(shown);
  }

  private static List<PlacedFinding> lint(List<LintReader.Read> migrations) {
    List<PlacedFinding> findings = new ArrayList<>();
    Map<String, Lint> databases = new HashMap<>();
    Map<String, Map<String, LintReader.Read>> versions = new HashMap<>();
    List<LintReader.Read> ordered = new ArrayList<>(migrations);
    ordered.sort(Comparator.comparing(LintReader.Read::version, NaturalOrder.COMPARATOR));
    for (LintReader.Read migration : ordered) {
      databases
          .computeIfAbsent(migration.database(), _ -> new Lint())
          .of(migration.spec(), migration.where())
          .stream()
          .filter(finding -> !migration.followsFromUnread(finding))
          .map(migration::place)
          .forEach(findings::add);
      LintReader.Read twin =
          migration.version().isEmpty()
              ? null
              : versions
                  .computeIfAbsent(migration.database(), _ -> new TreeMap<>(NaturalOrder.BY_VALUE))
                  .putIfAbsent(migration.version(), migration);
      if (twin != null) {
        findings.add(
            migration.place(
                new Finding(
                    Severity.Error,
                    "VersionTwice",
                    Spot.of("spec.version"),
                    "version %s is in %s too, for the same database; give one of them another"
                        .formatted(migration.version(), twin.where()),
                    List.of())));
      }
    }
    return findings;
  }
}
