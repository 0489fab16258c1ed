package dev.godwit.cli;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import com.mongodb.client.MongoDatabase;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  @Spec private CommandSpec spec;
  @ParentCommand private Godwit godwit;
  @Mixin private ManifestFiles files;

  @ArgGroup private Selection selection = new Selection();

  @Option(
      names = "--skip-failed",
      description =
          "Goes on with the next version when one has failed and was rolled back, or was refused untouched.")
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
    // The server is greeted while the manifests are read.
    try (Connection open = connection.open();
        Sessions sessions = new Sessions();
        Progress progress = Progress.of(spec.commandLine())) {
      List<MigrationFile> read = files.read(connection);
      Predicate<String> chosen = selection.upTo(read.stream().map(MigrationFile::version).toList());
      List<MigrationFile> all = ManifestFiles.wanted(read, this::note);
      BackupPlaces places = new BackupPlaces(backup, Clock.systemUTC());
      Map<String, HistoryState> histories = histories(read, open);
      noteWhatStays(read, histories);
      List<Planned> planned = plan(all, histories);
      List<Planned> asked =
          planned.stream().filter(it -> chosen.test(it.migration().version())).toList();
      List<Planned> due = asked.stream().filter(Planned::isDue).toList();
      refuse(due, histories, places);
      requireBackups(due, places);
      show(due);
      if (selection.isOnly()) {
        planned.stream().filter(Planned::isDue).forEach(it -> warnIfTooLate(it, due));
      }
      Results results = new Results(output);
      int applied = 0;
      int recorded = 0;
      for (Planned next : due) {
        MigrationResult result =
            new MigrationUp(
                    run.environment(open.database(next.database()), progress, godwit.stop())
                        .watching(open.replication())
                        .within(sessions.on(next.database())),
                    next.migration().changelog(),
                    backups(next.migration(), places),
                    !noBackup && Backups.isDemanded(next.migration()))
                .run();
        progress.close();
        results.add(result);
        applied += result.verdict() == Verdict.Applied ? 1 : 0;
        recorded += result.verdict() == Verdict.Recorded ? 1 : 0;
        if (result.exitCode() != ExitCode.DONE
            && !(skipFailed && leftNothing(result, open.database(next.database())))) {
          break;
        }
      }
      int left = due.size() - applied - recorded;
      return results.end(
          "%d applied, %d were applied already%s."
              .formatted(
                  applied,
                  asked.size() - due.size() + recorded,
                  left == 0 ? "" : ", %d are not".formatted(left)));
    }
  }

  private static Map<String, HistoryState> histories(
      List<MigrationFile> migrations, Connection open) {
    Map<String, HistoryState> histories = new HashMap<>();
    for (MigrationFile migration : migrations) {
      histories.computeIfAbsent(
          Databases.nameOf(migration), name -> History.read(open.database(name)));
    }
    return histories;
  }

  private static List<Planned> plan(
      List<MigrationFile> migrations, Map<String, HistoryState> histories) {
    return migrations.stream()
        .map(
            migration -> {
              String database = Databases.nameOf(migration);
              return new Planned(
                  migration, database, UpStep.of(migration.changelog(), histories.get(database)));
            })
        .toList();
  }

  private void noteWhatStays(List<MigrationFile> read, Map<String, HistoryState> histories) {
    for (MigrationFile migration : read) {
      String database = Databases.nameOf(migration);
      if (migration.isToBeRolledBack()
          && histories.get(database).of(migration.version()).filter(Built::isInPlace).isPresent()) {
        note(
            "version %s is still applied in '%s'; take it back with godwit down --only %s"
                .formatted(migration.version(), database, migration.version()));
      }
    }
  }

  /// Whether later versions may go on after a migration that did not end well.
  private static boolean leftNothing(MigrationResult result, MongoDatabase database) {
    return result.verdict() == Verdict.RolledBack
        || result.verdict() == Verdict.Refused
            && History.read(database).of(result.version()).filter(Built::isInPlace).isEmpty();
  }

  private Backups backups(MigrationFile migration, BackupPlaces places) {
    return noBackup
        ? new Backups(Optional.empty(), Clock.systemUTC())
        : places.of(migration.spec());
  }

  private void requireBackups(List<Planned> due, BackupPlaces places) {
    for (Planned one : due) {
      Backups backups = backups(one.migration(), places);
      switch (one.step()) {
        case UpStep.Apply apply ->
            apply.resumed().ifPresent(it -> backups.require(one.migration().changelog(), it));
        case UpStep.FinishRollback finish ->
            backups.require(one.migration().changelog(), finish.state());
        case UpStep.Nothing _, UpStep.Stuck _ -> {}
      }
    }
  }

  /// Nothing is begun when it is known already that not all can be done.
  private void refuse(List<Planned> due, Map<String, HistoryState> histories, BackupPlaces places) {
    Built.requireWhole(
        due.stream()
            .collect(
                groupingBy(Planned::database, mapping(it -> it.migration().version(), toList()))),
        histories);
    for (Planned one : due) {
      if (one.step() instanceof UpStep.Stuck stuck && !skipFailed) {
        throw new RunException(stuck.verdict(), stuck.failure());
      }
      boolean isNew = one.step() instanceof UpStep.Apply apply && apply.resumed().isEmpty();
      if (isNew && noBackup && needsRestore(one.migration())) {
        throw RunException.refused(
            "BackupMissing",
            "--no-backup",
            "version %s (%s) can be taken back by its backup only; name a place with --backup-dir or --storage"
                .formatted(one.migration().version(), one.migration().where()));
      }
      if (isNew
          && !noBackup
          && Backups.isDemanded(one.migration())
          && places.storage(one.migration().spec()).isEmpty()) {
        throw RunException.refused(
            "StorageMissing",
            "--backup-dir",
            "version %s (%s) is to be backed up first, as its spec.backup.policy says%s; name a place with --backup-dir or --storage, or go without it with --no-backup"
                .formatted(
                    one.migration().version(),
                    one.migration().where(),
                    BackupPlaces.whyNone(one.migration().spec())));
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

  private void note(String text) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("note: " + text);
    err.flush();
  }

  private void warnIfTooLate(Planned other, List<Planned> due) {
    due.stream()
        .filter(it -> it.database().equals(other.database()))
        .map(it -> it.migration().version())
        .filter(it -> NaturalOrder.compare(other.migration().version(), it) < 0)
        .findFirst()
        .ifPresent(
            later ->
                note(
                    "version %s is left out and comes too late once %s is applied"
                        .formatted(other.migration().version(), later)));
  }
}
