package dev.godwit.cli;

import dev.godwit.api.job.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `godwit completion`.
@Command(
    name = "completion",
    description = "Prints the script that lets bash and zsh complete what is typed.",
    sortOptions = false,
    footer = {
      "",
      "In ~/.bashrc or ~/.zshrc, after what makes godwit a command:",
      "  source <(godwit completion)",
      "",
      "Example:",
      "  godwit completion"
    })
final class CompletionCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private HelpOption help;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    out.print(AutoComplete.bash("godwit", spec.root().commandLine()));
    out.flush();
    return ExitCode.DONE;
  }
}
