package dev.godwit.cli;

import dev.godwit.api.job.ExitCode;
import dev.godwit.engine.backup.ArchiveCopy;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `godwit backup cat`.
@Command(
    name = "cat",
    description = {
      "Writes the archive of a backup to standard output, for stock mongorestore, whatever its compression and its storage are.",
      "The whole archive is checked first, so a damaged one ends before its first byte."
    },
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  godwit backup cat --backup-dir /backups --location shop/b1 | mongorestore --archive --nsInclude shop.users",
      "  godwit backup cat --storage s3://backups/godwit --location shop/b1 --gzip --file shop.gz"
    })
final class BackupCatCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @ParentCommand private BackupCommand parent;
  @Mixin private BackupOptions backup;

  @Option(
      names = "--location",
      required = true,
      paramLabel = "FOLDER",
      description = "Folder of the backup in its storage.")
  private String location;

  @Option(
      names = "--gzip",
      description = "As gzip, for mongorestore --gzip; uncompressed if left out.")
  private boolean gzip;

  @Option(
      names = "--no-check",
      description =
          "Reads the archive once only: each part is checked just before it is written, so a damage may come after good parts.")
  private boolean unchecked;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "A file to write, instead of standard output; it must not exist.")
  private Path file;

  @Mixin private HelpOption help;

  @Override
  public Integer call() throws IOException {
    if (file == null && Terminal.console().isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "An archive is not for a terminal: name a --file, or a pipe");
    }
    ArchiveCopy copy = new ArchiveCopy(backup.required(), location, parent.godwit().stop());
    if (!unchecked) {
      copy.check();
    }
    if (file == null) {
      // Closing it would close standard output for what still has to be said.
      copy.write(new FileOutputStream(FileDescriptor.out), gzip);
    } else {
      toFile(copy);
    }
    return ExitCode.DONE;
  }

  private void toFile(ArchiveCopy copy) throws IOException {
    if (Files.exists(file)) {
      throw new ParameterException(
          spec.commandLine(), "--file: '%s' is there already".formatted(file));
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      copy.write(out, gzip);
    } catch (IOException | RuntimeException failed) {
      Files.deleteIfExists(file);
      throw failed;
    }
  }
}
