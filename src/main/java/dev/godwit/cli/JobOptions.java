package dev.godwit.cli;

import dev.godwit.api.job.JobContract;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Options that all runs of a Job take.
final class JobOptions {

  @Option(
      names = "--manifest",
      required = true,
      paramLabel = "FILE",
      description = "The MongoMigration, MongoBackup or MongoRestore, JSON or YAML.")
  Path manifest;

  @Option(
      names = "--uri-file",
      required = true,
      paramLabel = "FILE",
      description = "File that holds the MongoDB connection string.")
  Path uriFile;

  @Option(
      names = "--termination-log",
      paramLabel = "FILE",
      defaultValue = JobContract.TERMINATION_LOG,
      description = "Where the result is written; ${DEFAULT-VALUE} if left out.")
  Path terminationLog;

  @Mixin BackupOptions backup;

  @Option(
      names = "--patience",
      paramLabel = "DURATION",
      defaultValue = "PT10M",
      description =
          "How long to wait for the lock and the database (ISO 8601); ${DEFAULT-VALUE} if left out.")
  Duration patience;
}
