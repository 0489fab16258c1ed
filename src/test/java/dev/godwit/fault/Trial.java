package dev.godwit.fault;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One story with one fault at one write.
///
/// @param story what is played
/// @param fault what goes wrong; null for nothing
/// @param point where: `Write.point()`
/// @param retries how often the operator's client repeats a request by itself
record Trial(Story story, Fault fault, String point, int retries) {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// What came of it.
  ///
  /// @param problems nothing when the operator survived
  /// @param reached whether the fault happened at all
  /// @param writes what the first operator wrote
  record Outcome(Trial trial, List<String> problems, boolean reached, List<Write> writes) {

    boolean survived() {
      return problems.isEmpty();
    }
  }

  /// The story without a fault.
  static Trial undisturbed(Story story) {
    return new Trial(story, null, "", LiveOperator.NO_RETRIES);
  }

  /// Plays it in an empty namespace.
  Outcome run(String namespace) throws InterruptedException {
    try (Stage stage = Stage.in(namespace, story.database());
        Operators operators = new Operators(namespace, fault, point, retries)) {
      stage.create();
      List<String> problems = play(stage, story, operators);
      return new Outcome(this, problems, fault == null || operators.isHit(), operators.writes());
    }
  }

  /// Plays until everything is as it has to be, or time is over.
  ///
  /// @return what is wrong
  static List<String> play(Stage stage, Story story, Operators operators)
      throws InterruptedException {
    Oracle oracle = new Oracle(stage, story);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    List<String> open = List.of("not looked at yet");
    while (System.nanoTime() < deadline) {
      operators.revive();
      if (!stage.phases().isEmpty()) {
        operators.remember();
        story.user(stage, stage.phases().getLast().phase());
      }
      List<String> broken = oracle.broken();
      if (!broken.isEmpty()) {
        return broken;
      }
      open = oracle.open();
      if (open.isEmpty() && operators.isQuiet() && !operators.callLateWrite()) {
        return oracle.broken();
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    return open.isEmpty() ? List.of("it writes on and on") : open;
  }

  @Override
  public String toString() {
    return "%s, %s at %s%s"
        .formatted(story, fault, point, retries == 0 ? "" : ", the client repeats requests");
  }
}
