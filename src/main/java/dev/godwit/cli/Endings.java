package dev.godwit.cli;

import com.mongodb.MongoException;
import dev.godwit.api.job.ExitCode;
import dev.godwit.engine.RunException;
import dev.godwit.engine.ServerMessage;
import dev.godwit.engine.storage.InvalidNameException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// How a command ends that cannot do what it was asked: what a person can do something about is
/// said in words; only what nobody foresaw shows where it came from.
final class Endings implements IExecutionExceptionHandler, IParameterExceptionHandler {

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    try {
      return switch (failure) {
        case RunException ended -> {
          say(command, ended.getMessage());
          yield ended.verdict().exitCode();
        }
        case InvalidNameException wrong -> {
          say(command, wrong.getMessage());
          yield ExitCode.REFUSED;
        }
        case MongoException failed -> {
          say(command, message(failed));
          yield ExitCode.INTERRUPTED;
        }
        default -> {
          failure.printStackTrace(err);
          yield ExitCode.UNEXPECTED;
        }
      };
    } finally {
      err.flush();
    }
  }

  /// What a failure of the database means to the one who gave the connection.
  static String message(MongoException failed) {
    return "the database could not be used: %s; check the connection and the user's rights (readWrite and dbAdmin on the database)"
        .formatted(ServerMessage.of(failed));
  }

  private static void say(CommandLine command, String message) {
    command
        .getErr()
        .println(command.getColorScheme().errorText("error: ") + message.stripTrailing());
  }

  @Override
  public int handleParseException(ParameterException wrong, String[] args) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(command.getColorScheme().errorText(wrong.getMessage()));
    UnmatchedArgumentException.printSuggestions(wrong, err);
    err.printf("Try '%s --help'.%n", command.getCommandSpec().qualifiedName());
    err.flush();
    return ExitCode.USAGE;
  }
}
