package dev.godwit.cli;

import com.mongodb.MongoException;
import dev.godwit.api.job.ExitCode;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.connection.Connection;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.run.RollbackRun;
import dev.godwit.engine.run.RunEnvironment;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `godwit down`.
@Command(
    name = "down",
    description = {
      "Takes applied versions back, the latest first: what they changed is put back from the undo log, or the backup is restored where spec.rollback says so.",
      "The manifests must be those that were applied. Says what it will do and asks first."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  godwit down -f migrations/ --uri-file uri.txt --to 003",
      "  godwit down -f migrations/ --uri-file uri.txt --only 004 --yes",
      "  godwit down -f migrations/ -d shop --all --yes --backup-dir /backups"
    })
final class DownCommand implements Callable<Integer> {

  /// Which versions; one of them must be said.
  static final class Choice {
    @ArgGroup private Selection selection;

    @Option(names = "--all", description = "All versions that are applied.")
    private boolean all;
  }

  @Spec private CommandSpec spec;
  @ParentCommand private Godwit godwit;
  @Mixin private ManifestFiles files;

  @ArgGroup(multiplicity = "1")
  private Choice choice;

  @Mixin private Consent consent;
  @Mixin private BackupOptions backup;
  @Mixin private ConnectionOptions connection;
  @Mixin private RunOptions run;
  @Mixin private OutputFormat output;
  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    Map<String, List<MigrationFile>> migrations = Databases.group(files.read(connection));
    BackupPlaces places = new BackupPlaces(backup, Clock.systemUTC());
    Selection selection = choice.all ? new Selection() : choice.selection;
    try (Connection open = connection.open();
        Sessions sessions = new Sessions();
        Progress progress = Progress.of(spec.commandLine())) {
      List<DownStep> due = new ArrayList<>();
      migrations.forEach(
          (database, ofDatabase) -> {
            HistoryState history = History.read(open.database(database));
            List<DownStep> steps = DownStep.plan(database, ofDatabase, history, selection);
            steps.forEach(
                step ->
                    places
                        .of(step.migration().spec())
                        .require(
                            step.migration().changelog(),
                            history.of(step.migration().version()).orElseThrow()));
            due.addAll(steps);
          });
      if (due.isEmpty()) {
        return new Results(output).end("Nothing to take back.");
      }
      show(due);
      if (!consent.to("This takes back %d of the applied versions.".formatted(due.size()))) {
        return new Results(output).end("Nothing was done.");
      }
      Results results = new Results(output);
      int back = 0;
      for (DownStep step : due) {
        MigrationResult result =
            takeBack(
                step,
                run.environment(open.database(step.database()), progress, godwit.stop())
                    .within(sessions.on(step.database())),
                places.of(step.migration().spec()));
        progress.close();
        results.add(result);
        if (result.exitCode() != ExitCode.DONE) {
          break;
        }
        back++;
      }
      return results.end("%d of %d taken back.".formatted(back, due.size()));
    }
  }

  private static MigrationResult takeBack(
      DownStep step, RunEnvironment environment, Backups backups) {
    String version = step.migration().version();
    try {
      HistoryState history = environment.history();
      Changelog changelog = step.changelog(history);
      return MigrationResult.of(
          version,
          null,
          new RollbackRun(
                  environment,
                  changelog,
                  backups.lastResort(environment, history.of(version).orElseThrow().backup()))
              .run());
    } catch (RunException ended) {
      return MigrationResult.of(step.database(), version, ended);
    } catch (MongoException failed) {
      return MigrationResult.of(
          step.database(),
          version,
          Verdict.Interrupted,
          new Failure("DatabaseFailed", null, Endings.message(failed)));
    }
  }

  private void show(List<DownStep> due) {
    Table table = output.table("DATABASE", "VERSION", "IS", "SINCE", "STEPS", "DESCRIPTION");
    for (DownStep step : due) {
      table.row(
          step.database(),
          step.migration().version(),
          step.state(),
          step.since(),
          step.migration().changelog().steps().size(),
          step.migration().spec().description());
    }
    output.say("To be taken back, in this order:");
    output.say(table.toString());
    output.say("");
  }
}
