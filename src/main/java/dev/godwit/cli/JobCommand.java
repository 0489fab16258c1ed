package dev.godwit.cli;

import dev.godwit.api.job.JobContract;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoBackupSpec;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.ManifestCompiler;
import dev.godwit.engine.run.ApplyRun;
import dev.godwit.engine.run.PlanRun;
import dev.godwit.engine.run.RecordRun;
import dev.godwit.engine.run.RollbackRun;
import dev.godwit.engine.run.RunEnvironment;
import dev.godwit.engine.run.VerdictRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// What the operator's Jobs run. Progress goes to standard output as JSON lines, the result to the
/// termination log.
@Command(
    name = "job",
    hidden = true,
    description = "Runs one piece of a migration, as the operator's Jobs do.",
    mixinStandardHelpOptions = true,
    subcommands = {ReadyCommand.class, TrainCommand.class},
    synopsisSubcommandLabel = "COMMAND")
final class JobCommand {

  @ParentCommand private Godwit godwit;

  Godwit godwit() {
    return godwit;
  }

  @Command(
      name = "plan",
      description = "Reads history and database and says what would be done; writes nothing.",
      mixinStandardHelpOptions = true)
  int plan(@Mixin JobOptions options, @Mixin OutputFormat output) throws IOException {
    return migrate(
        options,
        (spec, changelog, environment) -> {
          RunResult result = new PlanRun(environment.database(), changelog).run();
          return spec.approvalOrDefault().needed()
              ? PlanForApproval.add(result, spec, changelog, environment.database(), output)
              : result;
        });
  }

  @Command(
      name = "apply",
      description = "Runs the steps and verifies, or goes on where a killed run stopped.",
      mixinStandardHelpOptions = true)
  int apply(
      @Mixin JobOptions options,
      @Option(
              names = "--backup-position",
              paramLabel = "POSITION",
              description = "How far Godwit's runs were when the backup began.")
          String position)
      throws IOException {
    return migrate(
        options,
        (spec, changelog, environment) ->
            new ApplyRun(environment, changelog)
                .sinceBackup(position)
                .approvedAs(approved(spec))
                .run());
  }

  /// The hash of the plan that may be carried out; null where nobody has to agree.
  private static String approved(MongoMigrationSpec spec) {
    if (!spec.approvalOrDefault().needed()) {
      return null;
    }
    return spec.approval().planHash() == null ? "" : spec.approval().planHash();
  }

  @Command(
      name = "baseline",
      description = "Records the migration as applied; runs nothing.",
      mixinStandardHelpOptions = true)
  int baseline(@Mixin JobOptions options) throws IOException {
    return migrate(
        options, (_, changelog, environment) -> new RecordRun(environment, changelog).run());
  }

  @Command(
      name = "verdict",
      description = "Reads from the history how far a run got; writes nothing.",
      mixinStandardHelpOptions = true)
  int verdict(@Mixin JobOptions options) throws IOException {
    return migrate(
        options,
        (_, changelog, environment) -> new VerdictRun(environment.database(), changelog).run());
  }

  @Command(
      name = "rollback",
      description = "Undoes the steps, or restores the backup.",
      mixinStandardHelpOptions = true)
  int rollback(
      @Mixin JobOptions options,
      @Option(
              names = "--backup-location",
              paramLabel = "FOLDER",
              description = "Folder of the backup in its storage.")
          String location)
      throws IOException {
    return migrate(
        options,
        (_, changelog, environment) ->
            new RollbackRun(environment, changelog, lastResort(options, location, environment))
                .run());
  }

  private static Optional<RollbackRun.LastResort> lastResort(
      JobOptions options, String location, RunEnvironment environment) {
    return options
        .backup
        .storage()
        .filter(storage -> location != null)
        .map(storage -> Backups.lastResort(environment, storage, location));
  }

  @Command(
      name = "backup",
      description = "Writes the database, or some collections, into an archive.",
      mixinStandardHelpOptions = true)
  int backup(
      @Mixin JobOptions options,
      @Option(
              names = "--location",
              required = true,
              paramLabel = "FOLDER",
              description = "Folder for the backup in its storage.")
          String location)
      throws IOException {
    return JobRun.execute(
        options,
        godwit.stop(),
        () -> backupSpec(options).target().database(),
        environment ->
            BackupRun.run(environment, backupSpec(options), options.backup.required(), location));
  }

  @Command(
      name = "restore",
      description =
          "Puts collections back as a backup has them, or goes on where a killed run stopped.",
      mixinStandardHelpOptions = true)
  int restore(
      @Mixin JobOptions options,
      @Option(
              names = "--location",
              required = true,
              paramLabel = "FOLDER",
              description = "Folder of the backup in its storage.")
          String location)
      throws IOException {
    RestoreJob[] job = new RestoreJob[1];
    return JobRun.execute(
        options,
        godwit.stop(),
        () -> {
          job[0] = new RestoreJob(ManifestFile.read(options.manifest, MongoRestore.class));
          return job[0].database();
        },
        environment -> job[0].run(environment, options.backup.required(), location));
  }

  @Command(
      name = "discard",
      description = "Drops the collections that a restore replaced.",
      mixinStandardHelpOptions = true)
  int discard(@Mixin JobOptions options) throws IOException {
    RestoreJob[] job = new RestoreJob[1];
    return JobRun.execute(
        options,
        godwit.stop(),
        () -> {
          job[0] = new RestoreJob(ManifestFile.read(options.manifest, MongoRestore.class));
          return job[0].database();
        },
        environment -> job[0].discard(environment));
  }

  @Command(
      name = "verify",
      description = "Reads a stored backup back, or restores it into a database of its own.",
      mixinStandardHelpOptions = true)
  int verify(
      @Mixin JobOptions options,
      @Option(
              names = "--location",
              required = true,
              paramLabel = "FOLDER",
              description = "Folder of the backup in its storage.")
          String location)
      throws IOException {
    VerifyJob[] job = new VerifyJob[1];
    return JobRun.execute(
        options,
        godwit.stop(),
        () -> {
          job[0] = new VerifyJob(ManifestFile.read(options.manifest, MongoBackupSchedule.class));
          return job[0].database();
        },
        environment -> job[0].run(environment, options.backup.required(), location));
  }

  @Command(
      name = "delete",
      description = "Deletes a stored backup; one that is gone is fine.",
      mixinStandardHelpOptions = true)
  int delete(
      @Mixin BackupOptions backup,
      @Option(
              names = "--location",
              required = true,
              paramLabel = "FOLDER",
              description = "Folder of the backup in its storage.")
          String location,
      @Option(
              names = "--termination-log",
              paramLabel = "FILE",
              defaultValue = JobContract.TERMINATION_LOG,
              description = "Where the result is written; ${DEFAULT-VALUE} if left out.")
          Path terminationLog)
      throws IOException {
    RunResult result = DeleteJob.run(backup, location);
    JobRun.write(result, terminationLog);
    return result.verdict().exitCode();
  }

  private static MongoBackupSpec backupSpec(JobOptions options) throws IOException {
    MongoBackup manifest = ManifestFile.read(options.manifest, MongoBackup.class);
    if (manifest.getSpec() == null || manifest.getSpec().target() == null) {
      throw RunException.refused("InvalidManifest", "spec.target", "it is missing");
    }
    return manifest.getSpec();
  }

  /// A run of a migration.
  @FunctionalInterface
  private interface MigrationBody {
    RunResult run(MongoMigrationSpec spec, Changelog changelog, RunEnvironment environment);
  }

  private int migrate(JobOptions options, MigrationBody body) throws IOException {
    MongoMigrationSpec[] spec = new MongoMigrationSpec[1];
    return JobRun.execute(
        options,
        godwit.stop(),
        () -> {
          MongoMigration manifest = ManifestFile.read(options.manifest, MongoMigration.class);
          if (manifest.getSpec() == null || manifest.getSpec().target() == null) {
            throw RunException.refused("InvalidManifest", "spec.target", "it is missing");
          }
          spec[0] = manifest.getSpec();
          return spec[0].target().database();
        },
        environment -> body.run(spec[0], ManifestCompiler.compile(spec[0]), environment));
  }
}
