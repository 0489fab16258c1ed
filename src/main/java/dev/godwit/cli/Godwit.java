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
    // Java asks for a logger when it exits; Quarkus' complains then unless it knows that it is the
    // one. It has to be said before anything logs.
    System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
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
