package dev.godwit.engine.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.api.v1alpha1.NaturalOrder;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Baseline;
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
import org.junit.jupiter.params.provider.ValueSource;

class VersionMappingTest {

  private static final HistoryState EMPTY = HistoryState.fold(List.of());

  @Test
  void numbersChangesThatHaveNoVersion() {
    List<Baseline> baselines = mongock(EMPTY, "c", "a", "b");

    assertThat(baselines)
        .extracting(it -> it.version() + " " + it.origin().id())
        .containsExactly("0.mongock.1 c", "0.mongock.2 a", "0.mongock.3 b");
    assertThat(baselines).allMatch(it -> it.checksum().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"001", "1", "1.0", "20240101", "2024-01-01-a", "v1", "V2", "a"})
  void numbersComeBeforeAnyVersionThatPeopleWrite(String next) {
    String numbered = mongock(EMPTY, "a").getFirst().version();

    assertThat(numbered).matches(MongoMigrationSpec.VERSION_PATTERN);
    assertThat(NaturalOrder.compare(numbered, next)).isNegative();
  }

  @Test
  void aChangeThatWasTakenOverKeepsItsNumber() {
    HistoryState history = recorded(mongock(EMPTY, "a", "b", "c"));

    assertThat(mongock(history, "a", "c", "new", "b", "newer"))
        .extracting(it -> it.version() + " " + it.origin().id())
        .containsExactly(
            "0.mongock.1 a",
            "0.mongock.3 c",
            "0.mongock.4 new",
            "0.mongock.2 b",
            "0.mongock.5 newer");
  }

  @Test
  void keepsVersionsOfTheToolsOwn() {
    assertThat(migrateMongo("20240101120000-a.js", "20240102120000_b.ts", "20240103000000.js"))
        .extracting(Baseline::version)
        .containsExactly("20240101120000", "20240102120000", "20240103000000");
    assertThat(
            new VersionMapping(new Flyway(), false)
                .baselines(
                    new Flyway().read(Fixtures.entries("flyway", "flyway_schema_history")), EMPTY))
        .extracting(Baseline::version)
        .containsExactly("1", "2", "2.1", "10");
  }

  @Test
  void refusesVersionsThatDoNotKeepTheOrderOfTheTool() {
    assertRefused("'init.js' begins with no number", "1-a.js", "init.js");
    assertRefused("'1-a.js' and '1-b.js' would both be version 1", "1-a.js", "1-b.js");
    assertRefused("'01-a.js' and '1-b.js' would both be version 1", "01-a.js", "1-b.js");
    assertRefused("migrate-mongo runs '10-c.js' before '2-b.js'", "1-a.js", "2-b.js", "10-c.js");
  }

  @Test
  void numbersWhatHasNoUsableVersionWhenAsked() {
    ForeignTool tool = new MigrateMongo();

    assertThat(
            new VersionMapping(tool, true)
                .baselines(tool.read(files("init.js", "1-a.js", "1-b.js")), EMPTY))
        .extracting(it -> it.version() + " " + it.origin().id())
        .containsExactly(
            "0.migrate-mongo.1 1-a.js", "0.migrate-mongo.2 1-b.js", "0.migrate-mongo.3 init.js");
  }

  private static void assertRefused(String message, String... files) {
    assertThatThrownBy(() -> migrateMongo(files))
        .isInstanceOf(RunException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("nothing was recorded. --numbered");
  }

  private static List<Baseline> mongock(HistoryState history, String... ids) {
    List<ForeignChange> applied =
        Arrays.stream(ids).map(id -> new ForeignChange(id, null, "ann", Instant.EPOCH)).toList();
    return new VersionMapping(new Mongock(), false)
        .baselines(new ForeignHistory(applied, List.of()), history);
  }

  private static List<Baseline> migrateMongo(String... files) {
    ForeignTool tool = new MigrateMongo();
    return new VersionMapping(tool, false).baselines(tool.read(files(files)), EMPTY);
  }

  private static List<Entry> files(String... names) {
    return Arrays.stream(names)
        .map(
            name ->
                new Entry(
                    BsonDocument.parse(
                        "{fileName: '%s', appliedAt: ISODate('2024-01-01T00:00:00Z')}"
                            .formatted(name))))
        .toList();
  }

  private static HistoryState recorded(List<Baseline> baselines) {
    List<HistoryEvent> events = new ArrayList<>();
    for (Baseline baseline : baselines) {
      Origin origin = baseline.origin();
      events.add(
          new HistoryEvent(
              events.size() + 1L,
              EventType.Baselined,
              baseline.version(),
              1,
              null,
              null,
              "",
              0,
              origin.toBson(),
              1,
              Instant.EPOCH));
    }
    return HistoryState.fold(events);
  }
}
