package dev.godwit.engine.changelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.engine.RunException;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.HistoryEvent;
import dev.godwit.engine.history.HistoryState;
import dev.godwit.engine.history.Origin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaselinePlanTest {

  @Test
  void recordsWhatTheHistoryDoesNotHaveInTheOrderOfVersions() {
    BaselinePlan plan =
        BaselinePlan.of(
            List.of(imported("10", "c"), imported("2", "b"), imported("1", "a")),
            history(recorded(imported("1", "a"))));

    assertThat(plan.entries())
        .extracting(entry -> entry.baseline().version() + entry.recorded())
        .containsExactly("1true", "2false", "10false");
    assertThat(plan.missing()).extracting(Baseline::version).containsExactly("2", "10");
  }

  @ParameterizedTest(name = "a version that is {0} in the history")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Started                                    | run by Godwit (Running)
          Started StepStarted StepCompleted Verified | run by Godwit (Verified)
          Started StepStarted StepFailed             | run by Godwit (StepFailed)
          Started RollbackStarted RolledBack         | run by Godwit (RolledBack)
          """)
  void refusesWhatGodwitHasRun(String events, String message) {
    List<HistoryEvent> list =
        Arrays.stream(events.split(" "))
            .map(type -> event(EventType.valueOf(type), "1", "sum", new BsonDocument()))
            .toList();

    assertThatThrownBy(() -> BaselinePlan.of(List.of(manifest("1", "sum")), history(list)))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("nothing was recorded")
        .hasMessageContaining(message);
  }

  @Test
  void refusesAllWhenOneIsRefused() {
    assertRefused("version 1 is there twice: 'x' and 'y'", imported("01", "x"), imported("1", "y"));
    assertRefused("'a b' is no version", imported("a b", "x"), imported("2", "y"));
    assertRefused("is no version", imported("1".repeat(65), "x"));
    assertRefused("version 3 is in the history as 003", imported("3", "x"));
    assertRefused("recorded as applied with other steps", manifest("004", "other"));
    assertRefused("recorded for mongock's 'c3', not for mongock's 'x'", imported("003", "x"));
  }

  @Test
  void aVersionThatIsRecordedIsNotRecordedAgainWhateverItsSourceSays() {
    assertThat(
            BaselinePlan.of(
                    List.of(manifest("003", "any"), imported("004", "c4")),
                    history(
                        List.of(recorded(imported("003", "c3")), recorded(manifest("004", "sum")))))
                .missing())
        .isEmpty();
  }

  private static void assertRefused(String message, Baseline... baselines) {
    assertThatThrownBy(
            () ->
                BaselinePlan.of(
                    List.of(baselines),
                    history(
                        List.of(
                            recorded(imported("003", "c3")), recorded(manifest("004", "sum"))))))
        .isInstanceOf(RunException.class)
        .hasMessageContaining(message);
  }

  private static Baseline manifest(String version, String checksum) {
    return new Baseline(version, checksum, new Origin(Origin.GODWIT, version, null, null));
  }

  private static Baseline imported(String version, String id) {
    return new Baseline(version, "", new Origin("mongock", id, "ann", Instant.EPOCH));
  }

  private static HistoryEvent recorded(Baseline baseline) {
    return event(
        EventType.Baselined, baseline.version(), baseline.checksum(), baseline.origin().toBson());
  }

  private static HistoryEvent event(
      EventType type, String version, String checksum, BsonDocument details) {
    return new HistoryEvent(1, type, version, 1, 0, "s", checksum, 0, details, 1, Instant.EPOCH);
  }

  private static HistoryState history(HistoryEvent... events) {
    return history(new ArrayList<>(Arrays.asList(events)));
  }

  private static HistoryState history(List<HistoryEvent> events) {
    return HistoryState.fold(events);
  }
}
