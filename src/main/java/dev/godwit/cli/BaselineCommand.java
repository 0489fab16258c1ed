package dev.godwit.cli;

import dev.godwit.engine.changelog.Baseline;
import dev.godwit.engine.connection.Connection;
import dev.godwit.engine.run.BaselineRun;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/// `godwit baseline`.
@Command(
    name = "baseline",
    description = {
      "Records manifests as applied and runs none of them: for a database that got their",
      "changes another way. Shows what it will record and asks. Versions that Godwit has run",
      "are refused; what is recorded cannot be rolled back."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  godwit baseline -f migrations/ --to 007 --uri-file uri.txt",
      "  godwit baseline -f migrations/ --only 003 --secret-dir /etc/godwit/target --yes"
    })
final class BaselineCommand implements Callable<Integer> {

  @ParentCommand private Godwit godwit;
  @Mixin private ManifestFiles files;

  @ArgGroup(multiplicity = "1")
  private Selection selection;

  @Mixin private Consent consent;
  @Mixin private ConnectionOptions connection;
  @Mixin private RunOptions run;
  @Mixin private OutputFormat output;
  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    List<MigrationFile> all = files.read(connection);
    Predicate<String> chosen = selection.upTo(all.stream().map(MigrationFile::version).toList());
    Map<String, List<MigrationFile>> byDatabase =
        Databases.group(all.stream().filter(it -> chosen.test(it.version())).toList());
    try (Connection open = connection.open()) {
      Recording recording = new Recording(output);
      byDatabase.forEach(
          (database, migrations) ->
              recording.add(
                  database,
                  new BaselineRun(
                      run.environment(open.database(database), _ -> {}, godwit.stop()),
                      migrations.stream().map(it -> Baseline.of(it.changelog())).toList()),
                  List.of()));
      return recording.record(consent);
    }
  }
}
