package dev.godwit.core;

import static dev.godwit.api.v1alpha1.MigrationPhase.Applying;
import static dev.godwit.api.v1alpha1.MigrationPhase.Verifying;
import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.Progress;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LastProgressTest {

  private static final Instant THEN = World.START;
  private static final Instant NOW = World.START.plusSeconds(60);

  private static Progress progress(String step, int index, long documents, int percent, long rate) {
    return new Progress(
        step, index, 3, index + "/3", documents, 100L, percent, percent + "%", rate, "5s", null);
  }

  private static Progress waiting() {
    return new Progress(null, null, null, null, null, null, null, null, null, null, null);
  }

  private static Progress building(String message) {
    return new Progress("a", 1, 3, "1/3", 10L, 100L, 5, "5%", 7L, "5s", message);
  }

  private static Arguments row(
      String what, MigrationPhase phase, Progress progress, boolean running, boolean moves) {
    return Arguments.of(what, phase, progress, running, moves);
  }

  static Stream<Arguments> looks() {
    return Stream.of(
        row("nothing new", Applying, progress("a", 1, 10, 5, 7), true, false),
        row("another rate alone", Applying, progress("a", 1, 10, 5, 1), true, false),
        row("documents", Applying, progress("a", 1, 11, 5, 7), true, true),
        row("percent", Applying, progress("a", 1, 10, 6, 7), true, true),
        row("a sign of life", Applying, building("builds index 'a_1' for 10s"), true, true),
        row("step", Applying, progress("b", 2, 10, 5, 7), true, true),
        row("phase", Verifying, progress("a", 1, 10, 5, 7), true, true),
        row("waits for the database", Applying, waiting(), true, false),
        row("begins the step again", Applying, progress("a", 1, 0, 4, 7), true, false),
        row("the pod went", Applying, progress("a", 1, 10, 5, 7), false, false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("looks")
  void movesWithTheRunOnly(
      String what, MigrationPhase phase, Progress progress, boolean running, boolean moves) {
    LastProgress before = LastProgress.next(null, Applying, progress("a", 1, 10, 5, 7), true, THEN);
    LastProgress after = LastProgress.next(before, phase, progress, running, NOW);
    assertThat(after.at()).isEqualTo(moves ? NOW : THEN);
    assertThat(after.ran()).isTrue();
  }

  @org.junit.jupiter.api.Test
  void aRunThatTriesTheSameAgainAndAgainDoesNotGetOn() {
    LastProgress last = LastProgress.next(null, Applying, progress("a", 1, 10, 5, 7), true, THEN);
    for (int i = 1; i < 5; i++) {
      Instant later = THEN.plusSeconds(i);
      last = LastProgress.next(last, Applying, waiting(), true, later);
      last = LastProgress.next(last, Applying, progress("a", 1, 0, 0, 7), true, later);
      last = LastProgress.next(last, Applying, progress("a", 1, 10, 5, 7), true, later);
    }
    assertThat(last.at()).isEqualTo(THEN);
    assertThat(LastProgress.next(last, Applying, progress("a", 1, 11, 5, 7), true, NOW).at())
        .isEqualTo(NOW);
  }

  @org.junit.jupiter.api.Test
  void theTimeOfAPodThatWaitsForItsStartIsNotTheRuns() {
    LastProgress waiting = LastProgress.next(null, Applying, null, false, THEN);
    assertThat(waiting.ran()).isFalse();
    LastProgress runs = LastProgress.next(waiting, Applying, null, true, NOW);
    assertThat(runs.ran()).isTrue();
    assertThat(runs.at()).isEqualTo(NOW);
  }
}
