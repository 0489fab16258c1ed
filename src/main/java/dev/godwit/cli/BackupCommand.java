package dev.godwit.cli;

import dev.godwit.api.job.BackupSummary;
import dev.godwit.api.job.ExitCode;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.api.v1alpha1.ConsistencyPolicy;
import dev.godwit.api.v1alpha1.MongoBackupSpec;
import dev.godwit.engine.backup.Dump;
import dev.godwit.engine.backup.DumpOptions;
import dev.godwit.engine.connection.Connection;
import dev.godwit.engine.storage.Storage;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `godwit backup`.
@Command(
    name = "backup",
    description =
        "Writes a database, or some of its collections, into an archive that mongorestore reads, too, and reads it back to check it.",
    sortOptions = false,
    subcommands = {BackupListCommand.class, BackupCatCommand.class, BackupDeleteCommand.class},
    synopsisSubcommandLabel = "[COMMAND]",
    footer = {
      "",
      "Examples:",
      "  godwit backup --backup-dir /backups --uri-file uri.txt -d shop",
      "  godwit backup --storage s3://backups/godwit -d shop --collection users -o json"
    })
final class BackupCommand implements Callable<Integer> {

  private static final int MOST_READERS = 16;
  private static final int HIGHEST_LEVEL = 9;

  @Spec private CommandSpec spec;
  @ParentCommand private Godwit godwit;
  @Mixin private BackupOptions backup;

  @Option(
      names = "--location",
      paramLabel = "FOLDER",
      description = "Folder in the storage; named by database and time if left out.")
  private String location;

  @Option(
      names = "--collection",
      paramLabel = "NAME",
      description = "This collection alone; may be given more than once.")
  private List<String> collections = List.of();

  @Option(
      names = "--compression",
      paramLabel = "TYPE",
      defaultValue = "Gzip",
      description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if left out.")
  private CompressionType compression;

  @Option(
      names = "--level",
      paramLabel = "NUMBER",
      description = "Of the compression: 1 (fast) to 9 (small); 1 if left out.")
  private Integer level;

  @Option(
      names = "--parallelism",
      paramLabel = "READERS",
      defaultValue = "" + MongoBackupSpec.DEFAULT_PARALLELISM,
      description = "How many readers work at once, 1 to 16; ${DEFAULT-VALUE} if left out.")
  private int parallelism;

  @Option(
      names = "--consistency",
      paramLabel = "POLICY",
      defaultValue = "Preferred",
      description =
          "One point in time for all collections: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if left out.")
  private ConsistencyPolicy consistency;

  @Option(
      names = "--verification",
      paramLabel = "HOW",
      defaultValue = "Checksum",
      description =
          "Whether the archive is read back: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if left out.")
  private BackupVerification verification;

  @Mixin private ConnectionOptions connection;
  @Mixin private OutputFormat output;
  @Mixin private HelpOption help;

  Godwit godwit() {
    return godwit;
  }

  @Override
  public Integer call() {
    requireWithin("--parallelism", parallelism, MOST_READERS);
    requireWithin("--level", level == null ? 1 : level, HIGHEST_LEVEL);
    Storage storage = backup.required();
    try (Connection open = connection.open();
        Progress progress = Progress.of(spec.commandLine())) {
      String place =
          location == null
              ? new Backups(Optional.of(storage), Clock.systemUTC())
                  .newLocation(open.database(), "backup")
              : location;
      BackupSummary summary =
          new Dump(open.database(), storage, progress, godwit.stop())
              .run(
                  place,
                  new DumpOptions(
                      collections,
                      new Compression(compression, level),
                      verification,
                      parallelism,
                      consistency))
              .summary(place);
      progress.close();
      output.print(
          summary,
          () ->
              "%s: %d documents of %d collections, %d bytes; consistency %s%s%s"
                  .formatted(
                      summary.location(),
                      summary.documents(),
                      summary.collections(),
                      summary.size(),
                      summary.consistency(),
                      summary.consistencyNote() == null
                          ? ""
                          : " (%s)".formatted(summary.consistencyNote()),
                      summary.verified() ? ", checksums hold" : ""));
      return ExitCode.DONE;
    }
  }

  private void requireWithin(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new ParameterException(
          spec.commandLine(), "%s is %d; it goes from 1 to %d".formatted(option, value, most));
    }
  }
}
