package dev.godwit.cli;

import dev.godwit.api.job.ExitCode;
import dev.godwit.api.v1alpha1.RestoreMode;
import dev.godwit.api.v1alpha1.Step;
import dev.godwit.engine.RunException;
import dev.godwit.engine.backup.RestoreOptions;
import dev.godwit.engine.backup.Restored;
import dev.godwit.engine.backup.SetAside;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.changelog.TransformCompiler;
import dev.godwit.engine.connection.Connection;
import dev.godwit.engine.run.DiscardRun;
import dev.godwit.engine.run.RestoreRun;
import dev.godwit.engine.run.RunEnvironment;
import dev.godwit.engine.storage.Storage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `godwit restore`.
@Command(
    name = "restore",
    description = {
      "Puts collections back as a backup has them.",
      "They are loaded beside the live ones, compared, and renamed into place; the replaced ones stay under another name, nothing is dropped. Versions that were applied since count as rolled back. Asks first.",
      "An archive of mongodump (--archive, with or without --gzip) can be restored, too: --location names the file."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  godwit restore --backup-dir /backups --location shop/b1 --uri-file uri.txt",
      "  godwit restore --backup-dir /backups --location shop/b1 -d shop --yes",
      "  godwit restore --backup-dir /dumps --location shop.archive.gz -d shop_copy --from-database shop --transform anonymise.yaml"
    })
final class RestoreCommand implements Callable<Integer> {

  private static final int MOST_THREADS = 64;

  /// The file of `--transform`.
  record Transform(List<Step> transform) {

    List<Step> stepsOrEmpty() {
      return transform == null ? List.of() : transform;
    }
  }

  /// For JSON.
  ///
  /// @param tag names the restore
  /// @param undone versions that count as rolled back now
  record Answer(
      String database,
      String location,
      String tag,
      List<String> collections,
      long documents,
      List<SetAside> setAside,
      List<String> undone) {}

  @Spec private CommandSpec spec;
  @ParentCommand private Godwit godwit;
  @Mixin private BackupOptions backup;

  @Option(
      names = "--location",
      required = true,
      paramLabel = "FOLDER",
      description = "Folder of the backup, or an archive of mongodump, in its storage.")
  private String location;

  @Option(
      names = "--collection",
      paramLabel = "NAME",
      description = "This collection alone; may be given more than once.")
  private List<String> collections = List.of();

  @Option(
      names = "--rename",
      paramLabel = "OLD=NEW",
      description = "Restores collection OLD under the name NEW; may be given more than once.")
  private Map<String, String> renames = Map.of();

  @Option(
      names = "--overwrite",
      description =
          "Drops the live collections and loads in their place: needs no room for a second copy, and takes views and time series. Until it has ended the database holds half of it.")
  private boolean overwrite;

  @Option(
      names = "--transform",
      paramLabel = "FILE",
      description =
          "YAML with a list of steps, 'transform', that change the collections before they are put in place: to make people anonymous, for instance.")
  private Path transform;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      defaultValue = "" + RestoreOptions.DEFAULT_PARALLELISM,
      description = "How many threads check and load (default: ${DEFAULT-VALUE}).")
  private int parallelism;

  @Option(
      names = "--tag",
      paramLabel = "TAG",
      description = "Goes on with a restore that was stopped; it said its tag when it began.")
  private String tag;

  @Option(
      names = "--drop-replaced",
      description =
          "Drops the replaced collections when the restored ones are in place; with the --tag of a restore that has ended, those of that one.")
  private boolean dropReplaced;

  @Option(
      names = "--from-database",
      paramLabel = "NAME",
      description =
          "The database that was backed up, when it is another one than this, or the one that is meant of an archive with several.")
  private String fromDatabase;

  @Mixin private Consent consent;
  @Mixin private ConnectionOptions connection;
  @Mixin private RunOptions run;
  @Mixin private OutputFormat output;
  @Mixin private HelpOption help;

  @Override
  public Integer call() throws IOException {
    Storage storage = backup.required();
    if (parallelism < 1 || parallelism > MOST_THREADS) {
      throw new ParameterException(
          spec.commandLine(), "--parallelism is 1 to %d".formatted(MOST_THREADS));
    }
    if (dropReplaced && overwrite) {
      throw new ParameterException(
          spec.commandLine(), "--overwrite keeps nothing that --drop-replaced could drop");
    }
    List<CompiledStep> steps =
        transform == null
            ? List.of()
            : TransformCompiler.compile(
                "transform", ManifestFile.read(transform, Transform.class).stepsOrEmpty());
    try (Connection open = connection.open();
        Progress progress = Progress.of(spec.commandLine())) {
      RunEnvironment environment = run.environment(open.database(), progress, godwit.stop());
      RestoreRun restore =
          new RestoreRun(
              environment,
              storage,
              location,
              overwrite ? RestoreMode.Overwrite : RestoreMode.Swap,
              new RestoreOptions(collections, renames, fromDatabase, parallelism),
              steps);
      RestoreRun.Plan plan = tag == null ? restore.plan() : restore.plan(tag);
      String database = open.database().getName();
      requireSame(plan.backup().database(), database);
      if (consent.isGiven()) {
        note(question(plan, database));
      }
      if (!consent.to(question(plan, database))) {
        output.say("Nothing was done.");
        return ExitCode.DONE;
      }
      String name = tag == null ? "r-%d".formatted(Instant.now().toEpochMilli()) : tag;
      note("restores with the tag %s; if it is stopped, go on with --tag %s".formatted(name, name));
      Restored restored = restore.run(name);
      if (dropReplaced) {
        restored = restored.withSetAside(new DiscardRun(environment).run(name));
      }
      Restored done = restored;
      progress.close();
      output.print(
          new Answer(
              database,
              location,
              name,
              done.collections(),
              done.documents(),
              done.setAside(),
              plan.undone()),
          () -> text(done, plan));
      return ExitCode.DONE;
    }
  }

  private void requireSame(String backedUp, String database) {
    if (!backedUp.equals(fromDatabase == null ? database : fromDatabase)) {
      throw RunException.refused(
          "OtherDatabase",
          "--from-database",
          "the backup is of the database '%s', not of '%s'; if it is to be restored into '%s', say --from-database %s"
              .formatted(
                  backedUp, fromDatabase == null ? database : fromDatabase, database, backedUp));
    }
  }

  private void note(String text) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("note: " + text);
    err.flush();
  }

  private String question(RestoreRun.Plan plan, String database) {
    return "This %s %s in '%s' by %s.%s%s"
        .formatted(
            overwrite ? "drops and replaces" : "replaces",
            String.join(", ", plan.collections()),
            database,
            plan.backup().startTime() == null
                ? "the archive '%s' of '%s'".formatted(location, plan.backup().database())
                : "the backup of '%s' of %s"
                    .formatted(plan.backup().database(), plan.backup().startTime()),
            dropReplaced ? " What it replaces is dropped." : "",
            plan.undone().isEmpty()
                ? ""
                : " Not applied any more will be: %s.".formatted(String.join(", ", plan.undone())));
  }

  private static String text(Restored restored, RestoreRun.Plan plan) {
    StringBuilder text = new StringBuilder();
    text.append(
        "Restored %s: %d documents."
            .formatted(String.join(", ", restored.collections()), restored.documents()));
    restored
        .setAside()
        .forEach(
            aside ->
                text.append(System.lineSeparator())
                    .append(
                        "What was '%s' is now '%s'.".formatted(aside.collection(), aside.aside())));
    plan.undone()
        .forEach(
            version ->
                text.append(System.lineSeparator())
                    .append("Version %s counts as rolled back.".formatted(version)));
    return text.toString();
  }
}
