package dev.godwit.cli;

import java.io.Console;
import java.util.Optional;

/// Whether a person sits there.
final class Terminal {

  private Terminal() {}

  /// The terminal of standard input and output; empty when one of them is none.
  static Optional<Console> console() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal);
  }
}
