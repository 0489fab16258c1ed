package dev.godwit.cli;

import java.io.Console;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Whether what cannot be taken back lightly is really meant: asked on a terminal, said with
/// `--yes` in scripts.
final class Consent {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = {"-y", "--yes"},
      description = "Does not ask; needed where there is no terminal.")
  private boolean yes;

  /// Whether it was said already, so that nothing is asked.
  boolean isGiven() {
    return yes;
  }

  /// Asks.
  ///
  /// @param what happens, as a sentence
  /// @return whether to go on
  /// @throws ParameterException when nobody can be asked and nothing was said
  boolean to(String what) {
    if (yes) {
      return true;
    }
    Optional<Console> console = Terminal.console();
    if (console.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), what + " There is no terminal to ask on: say --yes if that is meant");
    }
    Godwit godwit = (Godwit) spec.root().userObject();
    String answer = godwit.asking(() -> console.get().readLine("%s Go on? [y/N] ", what));
    return answer != null && Set.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
  }
}
