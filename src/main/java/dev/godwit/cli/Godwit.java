package dev.godwit.cli;

import dev.godwit.api.job.ExitCode;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `godwit` command.
@Command(
    name = "godwit",
    description = "Runs MongoDB migrations.",
    mixinStandardHelpOptions = true,
    versionProvider = GodwitVersion.class,
    subcommands = JobCommand.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Godwit {

  /// Runs a command and exits with its code.
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /// Runs a command.
  ///
  /// @return the exit code, one of [ExitCode]
  static int run(String... args) {
    return new CommandLine(new Godwit())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              failure.printStackTrace(command.getErr());
              return ExitCode.UNEXPECTED;
            })
        .execute(args);
  }
}
