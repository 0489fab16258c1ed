package dev.godwit.cli;

import dev.godwit.engine.StopSignal;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The `godwit` command.
@Command(
    name = "godwit",
    description =
        "Runs MongoDB migrations, without a cluster too: the manifests are those that kubectl applies.",
    mixinStandardHelpOptions = true,
    versionProvider = GodwitVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Exit codes:",
      "   0  done, also if it was done before",
      "   1  an unexpected error, or a test that failed",
      "   2  wrong usage",
      "  10  refused, nothing was changed",
      "  11  a step failed; rolled back",
      "  12  a check failed; rolled back",
      "  13  the rollback failed: somebody has to look",
      "  15  failed, and the changes stay, as the manifest says",
      "  20  stopped, or the database is away: run it again, it goes on",
      "  21  somebody else holds the lock: run it again",
      "",
      "Example:",
      "  GODWIT_URI=mongodb://localhost:27017/shop godwit status -f migrations/"
    })
public final class Godwit implements Runnable {

  /// In the order of the help.
  private static final List<Class<?>> COMMANDS =
      List.of(
          LintCommand.class,
          PlanCommand.class,
          StatusCommand.class,
          UpCommand.class,
          DownCommand.class,
          VerifyCommand.class,
          TestCommand.class,
          WaitCommand.class,
          HistoryCommand.class,
          UnlockCommand.class,
          BackupCommand.class,
          RestoreCommand.class,
          BaselineCommand.class,
          ImportCommand.class,
          CompletionCommand.class,
          JobCommand.class);

  private final Shutdown shutdown = new Shutdown();

  @Spec private CommandSpec spec;

  /// Runs a command and exits with its code.
  public static void main(String[] args) {
    LibraryLog.begin();
    Godwit godwit = new Godwit();
    CommandLine command = commandLine(godwit, args);
    System.exit(godwit.shutdown.guard(() -> command.execute(args)));
  }

  /// The command line; [CommandLine#execute] gives the exit code, one of [ExitCode].
  static CommandLine commandLine(Godwit godwit) {
    return commandLine(godwit, COMMANDS);
  }

  /// The command line with the command alone that is called: to build them all takes a good part of
  /// the start. All of them where the first argument is none.
  static CommandLine commandLine(Godwit godwit, String[] args) {
    List<Class<?>> called =
        COMMANDS.stream()
            .filter(it -> args.length > 0 && args[0].equals(name(it)))
            .<Class<?>>map(it -> it)
            .toList();
    boolean needsAll = called.isEmpty() || called.contains(CompletionCommand.class);
    return commandLine(godwit, needsAll ? COMMANDS : called);
  }

  private static String name(Class<?> command) {
    return command.getAnnotation(Command.class).name();
  }

  private static CommandLine commandLine(Godwit godwit, List<Class<?>> commands) {
    Endings endings = new Endings();
    CommandLine line = new CommandLine(godwit);
    commands.forEach(line::addSubcommand);
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler(endings)
        .setExecutionExceptionHandler(endings);
  }

  /// The signal to stop, for a run that ends its batch then.
  StopSignal stop() {
    return shutdown.signal();
  }

  /// Asks a person; the process may end at once meanwhile.
  <T> T asking(Supplier<T> question) {
    return shutdown.whileAsking(question);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
