package dev.godwit.cli;

import dev.godwit.cli.ManifestPlaces.Place;
import dev.godwit.engine.RunException;
import dev.godwit.engine.Spot;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.connection.Connection;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.plan.Finding;
import dev.godwit.engine.plan.MigrationPlan;
import dev.godwit.engine.plan.Planner;
import dev.godwit.engine.plan.Severity;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `godwit plan`.
@Command(
    name = "plan",
    description = {
      "Says what 'up' would do to the database: documents and bytes of each step,",
      "how they are found, how long it takes, what takes it back, and what stands in",
      "its way: indexes that conflict, duplicates, documents that break a new rule,",
      "checks that do not hold. Reads only: nothing is written, no lock is taken, no",
      "collection of Godwit's own is made."
    },
    sortOptions = false,
    footer = {
      "",
      "A migration of a folder is planned as if those before it had run, as far as",
      "that can be told; numbers marked * are those of now.",
      "",
      "Exit codes: 0 nothing to do, or all can run; 2 wrong usage; 10 something would",
      "be refused or would fail (severity error; with --strict warnings, too); 20 the",
      "database could not be used.",
      "",
      "Examples:",
      "  godwit plan migrations/ --uri-file uri.txt",
      "  godwit plan -f migrations/ --to 007 -d shop -o json",
      "  godwit plan 004.yaml --secret-dir secret/ --strict --ignore CollectionScan"
    })
final class PlanCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "PATH",
      description = "Manifests, or folders of them; the same as --file.")
  private List<Path> paths = new ArrayList<>();

  @Mixin private ManifestFiles files;
  @ArgGroup private Selection selection = new Selection();

  @Option(
      names = "--large",
      paramLabel = "DOCUMENTS",
      defaultValue = "100000",
      description = "From how many documents a collection is large; ${DEFAULT-VALUE} if left out.")
  private long large;

  @Mixin private FindingOptions options;
  @Mixin private ConnectionOptions connection;
  @Mixin private OutputFormat output;
  @Mixin private HelpOption help;

  private final Map<Path, List<ManifestPlaces>> places = new HashMap<>();

  /// What is printed as JSON.
  ///
  /// @param findings about manifests that are wrong in themselves: then nothing is planned
  record Answer(List<PlacedFinding> findings, List<PlannedDatabase> databases) {}

  @Override
  public Integer call() {
    files.add(paths);
    LintReader reader = new LintReader();
    reader.read(files.paths());
    List<PlacedFinding> wrong = reader.refusals();
    if (!wrong.isEmpty()) {
      output.print(
          new Answer(wrong, List.of()),
          () -> PlacedFinding.table(output, wrong) + FindingOptions.count(wrong));
      return options.exitCode(wrong);
    }
    List<MigrationFile> read = files.read(connection);
    Predicate<String> chosen = selection.upTo(read.stream().map(MigrationFile::version).toList());
    PrintWriter err = spec.commandLine().getErr();
    List<MigrationFile> all = ManifestFiles.wanted(read, note -> err.println("note: " + note));
    err.flush();
    List<MigrationFile> asked = all.stream().filter(it -> chosen.test(it.version())).toList();
    List<PlannedDatabase> databases = new ArrayList<>();
    try (Connection open = connection.open()) {
      Databases.group(asked)
          .forEach((database, migrations) -> databases.add(plan(open, database, migrations, all)));
    }
    output.print(new Answer(List.of(), databases), () -> new PlanText(output).of(databases));
    return options.exitCode(
        databases.stream()
            .flatMap(database -> database.migrations().stream())
            .flatMap(migration -> migration.findings().stream())
            .toList());
  }

  private PlannedDatabase plan(
      Connection open, String database, List<MigrationFile> migrations, List<MigrationFile> all) {
    HistoryState history = History.read(open.database(database));
    List<Changelog> changelogs =
        all.stream()
            .filter(migration -> Databases.nameOf(migration).equals(database))
            .map(MigrationFile::changelog)
            .toList();
    Planner planner = new Planner(open.database(database), changelogs, large);
    return new PlannedDatabase(
        database,
        planner.server(),
        migrations.stream()
            .map(migration -> plan(planner, migration, UpStep.of(migration.changelog(), history)))
            .toList());
  }

  private PlannedMigration plan(Planner planner, MigrationFile migration, UpStep step) {
    return switch (step) {
      case UpStep.Nothing _, UpStep.FinishRollback _ ->
          PlannedMigration.idle(migration, step, List.of());
      case UpStep.Stuck stuck ->
          PlannedMigration.idle(
              migration,
              step,
              List.of(
                  place(
                      migration, Finding.of(new RunException(stuck.verdict(), stuck.failure())))));
      case UpStep.Apply apply -> {
        MigrationPlan plan =
            planner.plan(
                apply.changelog(),
                migration.spec().backupPolicyOrDefault(),
                apply.resumed().map(VersionState::completed).map(Map::keySet).orElse(Set.of()));
        yield PlannedMigration.of(
            migration,
            apply,
            plan,
            options.of(
                plan.findings().stream().map(finding -> place(migration, finding)).toList()));
      }
    };
  }

  private PlacedFinding place(MigrationFile migration, Finding finding) {
    List<ManifestPlaces> documents =
        places.computeIfAbsent(migration.file(), PlanCommand::placesOf);
    int index = Math.max(migration.document() - 1, 0);
    Place place = index < documents.size() ? documents.get(index).of(spot(finding)) : null;
    return PlacedFinding.of(finding, migration.file().toString(), place);
  }

  /// The history's refusals begin with the field.
  private static Spot spot(Finding finding) {
    return finding.spot() != null || finding.severity() != Severity.Error
        ? finding.spot()
        : Spot.of(finding.message().startsWith("spec.version") ? "spec.version" : "spec.steps");
  }

  /// The file was read before; when it is gone meanwhile, its lines are not known.
  private static List<ManifestPlaces> placesOf(Path file) {
    try {
      return ManifestPlaces.of(Files.readString(file).replace('\t', ' '));
    } catch (IOException | ManifestPlaces.InvalidException gone) {
      return List.of();
    }
  }
}
