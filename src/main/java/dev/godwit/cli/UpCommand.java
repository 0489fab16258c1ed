package dev.godwit.cli;

import dev.godwit.api.job.ExitCode;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.NaturalOrder;
import dev.godwit.api.v1alpha1.OnFailure;
import dev.godwit.engine.RunException;
import dev.godwit.engine.connection.Connection;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.HistoryState;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `godwit up`.
@Command(
    name = "up",
    description = {
      "Applies what is not applied yet, in the order of the versions: plan, backup, steps, checks; and takes a migration back when one of its steps or checks fails, as its spec.rollback says.",
      "Stops at the first failure. What was stopped or killed goes on where it was; a version that had failed or was taken back is tried again."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  godwit up -f migrations/ --uri-file uri.txt --backup-dir /backups",
      "  godwit up -f migrations/ --secret-dir secret/ --no-backup --to 007",
      "  godwit up -f migrations/004.yaml -d shop --backup-dir /backups -o json"
    })
final class UpCommand implements Callable<Integer> {

  /// After these nothing else is tried: the next run has to see to them first.
  private static final Set<Verdict> LAST =
      Set.of(Verdict.RollbackFailed, Verdict.Interrupted, Verdict.LockHeld);

  @Spec private CommandSpec spec;
  @ParentCommand private Godwit godwit;
  @Mixin private ManifestFiles files;

  @ArgGroup private Selection selection = new Selection();

  @Option(
      names = "--skip-failed",
      description = "Goes on with the next version when one has failed and was rolled back.")
  private boolean skipFailed;

  @Mixin private BackupOptions backup;

  @Option(
      names = "--no-backup",
      description = "Goes without the backups that the manifests demand.")
  private boolean noBackup;

  @Mixin private ConnectionOptions connection;
  @Mixin private RunOptions run;
  @Mixin private OutputFormat output;
  @Mixin private HelpOption help;

  private record Planned(MigrationFile migration, String database, UpStep step) {
    boolean isDue() {
      return !(step instanceof UpStep.Nothing);
    }
  }

  @Override
  public Integer call() {
    List<MigrationFile> all = files.read(connection);
    Predicate<String> chosen = selection.upTo(all.stream().map(MigrationFile::version).toList());
    Backups backups =
        new Backups(noBackup ? Optional.empty() : backup.storage(), Clock.systemUTC());
    try (Connection open = connection.open();
        Progress progress = Progress.of(spec.commandLine())) {
      List<Planned> planned = plan(all, open);
      List<Planned> asked =
          planned.stream().filter(it -> chosen.test(it.migration().version())).toList();
      List<Planned> due = asked.stream().filter(Planned::isDue).toList();
      refuse(due);
      show(due);
      if (selection.isOnly()) {
        planned.stream().filter(Planned::isDue).forEach(it -> warnIfTooLate(it, due));
      }
      Results results = new Results(output);
      int applied = 0;
      for (Planned next : due) {
        MigrationResult result =
            new MigrationUp(
                    run.environment(open.database(next.database()), progress, godwit.stop())
                        .watching(open.replication()),
                    next.migration().changelog(),
                    backups,
                    !noBackup && Backups.isDemanded(next.migration()))
                .run();
        progress.close();
        results.add(result);
        applied += result.verdict() == Verdict.Applied ? 1 : 0;
        if (result.exitCode() != ExitCode.DONE
            && (!skipFailed || LAST.contains(result.verdict()))) {
          break;
        }
      }
      return results.end(
          "%d applied, %d were applied already%s."
              .formatted(
                  applied,
                  asked.size() - due.size(),
                  applied == due.size() ? "" : ", %d are not".formatted(due.size() - applied)));
    }
  }

  private static List<Planned> plan(List<MigrationFile> migrations, Connection open) {
    Map<String, HistoryState> histories = new HashMap<>();
    List<Planned> planned = new ArrayList<>();
    for (MigrationFile migration : migrations) {
      String database = Databases.nameOf(migration);
      HistoryState history =
          histories.computeIfAbsent(database, name -> History.read(open.database(name)));
      planned.add(new Planned(migration, database, UpStep.of(migration.changelog(), history)));
    }
    return planned;
  }

  /// Nothing is begun when it is known already that not all can be done.
  private void refuse(List<Planned> due) {
    for (Planned one : due) {
      if (one.step() instanceof UpStep.Stuck stuck && !skipFailed) {
        throw new RunException(stuck.verdict(), stuck.failure());
      }
      boolean isNew = one.step() instanceof UpStep.Apply apply && apply.resumed().isEmpty();
      if (isNew && noBackup && needsRestore(one.migration())) {
        throw RunException.refused(
            "BackupMissing",
            "--no-backup",
            "version %s (%s) can be taken back by its backup only; name a folder with --backup-dir"
                .formatted(one.migration().version(), one.migration().where()));
      }
      if (isNew && !noBackup && Backups.isDemanded(one.migration()) && backup.storage().isEmpty()) {
        throw RunException.refused(
            "StorageMissing",
            "--backup-dir",
            "version %s (%s) is to be backed up first, as its spec.backup.policy says; name a folder with --backup-dir, or go without it with --no-backup"
                .formatted(one.migration().version(), one.migration().where()));
      }
    }
  }

  private static boolean needsRestore(MigrationFile migration) {
    OnFailure onFailure = migration.changelog().onFailure();
    return onFailure == OnFailure.Restore
        || onFailure != OnFailure.None
            && migration.changelog().steps().stream().anyMatch(step -> step.needsBackup());
  }

  private void show(List<Planned> due) {
    if (due.isEmpty()) {
      output.say("Nothing to do.");
      return;
    }
    Table table = output.table("DATABASE", "VERSION", "WHAT", "STEPS", "BACKUP", "DESCRIPTION");
    for (Planned one : due) {
      table.row(
          one.database(),
          one.migration().version(),
          one.step().words(),
          one.migration().changelog().steps().size(),
          noBackup || !Backups.isDemanded(one.migration()) ? "no" : "yes",
          one.migration().spec().description());
    }
    output.say(table.toString());
    output.say("");
  }

  private void warnIfTooLate(Planned other, List<Planned> due) {
    PrintWriter err = spec.commandLine().getErr();
    due.stream()
        .filter(it -> it.database().equals(other.database()))
        .map(it -> it.migration().version())
        .filter(it -> NaturalOrder.compare(other.migration().version(), it) < 0)
        .findFirst()
        .ifPresent(
            later -> {
              err.printf(
                  "note: version %s is left out and comes too late once %s is applied%n",
                  other.migration().version(), later);
              err.flush();
            });
  }
}
