package dev.godwit.cli;

import java.util.List;

/// What came of a part of trying a migration out.
///
/// @param database that the migration is for, not the scratch one
/// @param part what was tried
/// @param message why it failed or was left out; null when it passed
/// @param seconds how long it took
record Trial(
    String database, String version, Part part, Outcome outcome, String message, double seconds) {

  /// In this order.
  enum Part {
    Up("up"),
    Verify("verify"),
    Down("down"),
    AsBefore("as before"),
    UpAgain("up again");

    private final String words;

    Part(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  /// How it went.
  enum Outcome {
    Passed("green"),
    Failed("red"),
    Skipped("yellow");

    private final String style;

    Outcome(String style) {
      this.style = style;
    }

    /// Of picocli.
    String style() {
      return style;
    }
  }

  /// Whether no part has failed.
  static boolean allGood(List<Trial> trials) {
    return trials.stream().noneMatch(trial -> trial.outcome() == Outcome.Failed);
  }
}
