package dev.godwit.cli;

import dev.godwit.api.job.BackupSummary;
import dev.godwit.api.job.ExitCode;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.CompressionType;
import dev.godwit.engine.backup.Dump;
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

  @Mixin private ConnectionOptions connection;
  @Mixin private OutputFormat output;
  @Mixin private HelpOption help;

  Godwit godwit() {
    return godwit;
  }

  @Override
  public Integer call() {
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
                  collections,
                  new Compression(compression, null),
                  BackupVerification.Checksum)
              .summary(place);
      progress.close();
      output.print(
          summary,
          () ->
              "%s: %d documents of %d collections, %d bytes; consistency %s, checksums hold"
                  .formatted(
                      summary.location(),
                      summary.documents(),
                      summary.collections(),
                      summary.size(),
                      summary.consistency()));
      return ExitCode.DONE;
    }
  }
}
