package dev.godwit.cli;

import dev.godwit.api.job.ExitCode;
import dev.godwit.engine.changelog.CompiledCheck;
import dev.godwit.engine.check.CheckRunner;
import dev.godwit.engine.connection.Connection;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.VersionState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `godwit verify`.
@Command(
    name = "verify",
    description = {
      "Runs the checks of the versions that are applied, and ends with 12 when one does not hold.",
      "Changes nothing. (countUnchanged compares with the start of a run and is left out.)"
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  godwit verify -f migrations/ --uri-file uri.txt",
      "  godwit verify -f migrations/ -d shop --only 004 -o json"
    })
final class VerifyCommand implements Callable<Integer> {

  /// A check that was run.
  ///
  /// @param message what was found; null when it holds
  record Checked(String database, String version, String check, boolean holds, String message) {}

  @Mixin private ManifestFiles files;

  @ArgGroup private Selection selection = new Selection();

  @Mixin private ConnectionOptions connection;
  @Mixin private OutputFormat output;
  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    List<MigrationFile> all = files.read(connection);
    Predicate<String> chosen = selection.upTo(all.stream().map(MigrationFile::version).toList());
    List<Checked> checked = new ArrayList<>();
    try (Connection open = connection.open()) {
      for (Map.Entry<String, List<MigrationFile>> group : Databases.group(all).entrySet()) {
        HistoryState history = History.read(open.database(group.getKey()));
        CheckRunner runner = new CheckRunner(open.database(group.getKey()), Map.of());
        group.getValue().stream()
            .filter(migration -> chosen.test(migration.version()))
            .filter(migration -> isApplied(migration, history))
            .forEach(migration -> checked.addAll(check(group.getKey(), migration, runner)));
      }
    }
    output.print(checked, () -> text(checked));
    return checked.stream().allMatch(Checked::holds) ? ExitCode.DONE : ExitCode.VERIFICATION_FAILED;
  }

  private static boolean isApplied(MigrationFile migration, HistoryState history) {
    return history
        .of(migration.version())
        .filter(
            state ->
                state.state() == VersionState.State.Verified
                    || state.state() == VersionState.State.Baselined)
        .isPresent();
  }

  private static List<Checked> check(String database, MigrationFile migration, CheckRunner runner) {
    List<Checked> checked = new ArrayList<>();
    for (CompiledCheck check : migration.changelog().checks()) {
      if (!(check.kind() instanceof CompiledCheck.Kind.CountUnchanged)) {
        Optional<CheckRunner.Failed> failed = runner.firstFailed(List.of(check));
        checked.add(
            new Checked(
                database,
                migration.version(),
                check.name(),
                failed.isEmpty(),
                failed.map(CheckRunner.Failed::message).orElse(null)));
      }
    }
    return checked;
  }

  private String text(List<Checked> checked) {
    if (checked.isEmpty()) {
      return "No version with checks is applied.";
    }
    Table table = output.table("DATABASE", "VERSION", "CHECK", "HOLDS", "FOUND");
    for (Checked one : checked) {
      table.row(
          one.database(),
          one.version(),
          one.check(),
          one.holds() ? table.styled("green", "yes") : table.styled("red", "NO"),
          one.message());
    }
    return table.toString();
  }
}
