package dev.godwit.cli;

import dev.godwit.api.job.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// Runs several command lines in one process: an AOT cache comes from one process, and shall know
/// the classes of more than one command. The build of the image runs it.
@Command(
    name = "train",
    hidden = true,
    description = "Runs command lines one after the other, up to the first that fails.",
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {

  @ParentCommand private JobCommand job;

  @Parameters(
      paramLabel = "FILE",
      description = "One argument a line; an empty line ends a command.")
  private Path file;

  @Override
  public Integer call() throws IOException {
    List<String> arguments = new ArrayList<>();
    for (String line : (Files.readString(file) + "\n\n").lines().toList()) {
      if (!line.isEmpty()) {
        arguments.add(line);
      } else if (!arguments.isEmpty()) {
        String[] args = arguments.toArray(String[]::new);
        int code = Godwit.commandLine(job.godwit(), args).execute(args);
        if (code != ExitCode.DONE) {
          return code;
        }
        arguments.clear();
      }
    }
    return ExitCode.DONE;
  }
}
