package dev.godwit.engine.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.engine.RunException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignToolTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void mongockCountsWhatWasExecutedLastAndNotRolledBack() {
    ForeignHistory history = new Mongock().read(Fixtures.entries("mongock", "mongockChangeLog"));

    assertThat(history.applied())
        .extracting(change -> change.id() + " by " + change.by())
        .containsExactly(
            "create-roles by ann",
            "index-users by bob",
            "refresh-counts by ann",
            "lower-emails by cy");
    assertThat(leftOut(history))
        .containsExactlyInAnyOrder(
            "system-change-00001_before: Mongock's own",
            "system-change-00001: Mongock's own",
            "index-users_before: first part of a change, counted with it",
            "split-names: rolled back");
  }

  @Test
  void mongockReadsDocumentsOfItsFirstVersions() {
    ForeignHistory history = new Mongock().read(Fixtures.entries("mongock", "dbchangelog"));

    assertThat(history.applied())
        .containsExactly(
            new ForeignChange("seed", null, "ann", Instant.parse("2018-12-19T10:00:00Z")),
            new ForeignChange("prices", null, "bob", Instant.parse("2019-03-01T09:00:00Z")));
    assertThat(leftOut(history)).containsExactly("stock: failed");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          EXECUTED                            | applied 1
          EXECUTED EXECUTED                   | applied 1
          EXECUTED FAILED                     | applied 1
          EXECUTED IGNORED                    | applied 1
          EXECUTED ROLLED_BACK                | rolled back
          EXECUTED ROLLED_BACK EXECUTED       | applied 3
          ROLLED_BACK EXECUTED                | applied 2
          ROLLED_BACK FAILED                  | rolled back
          FAILED                              | failed
          FAILED EXECUTED                     | applied 2
          ROLLBACK_FAILED                     | its rollback failed
          """)
  void mongockTakesTheLatestStateThatCounts(String states, String outcome) {
    List<String> list = Arrays.asList(states.split(" "));
    // Mongock's collection has no order of its own.
    List<Entry> entries =
        IntStream.range(0, list.size())
            .map(index -> list.size() - 1 - index)
            .mapToObj(index -> mongock("c", "ann", list.get(index), index + 1))
            .toList();

    ForeignHistory history = new Mongock().read(entries);

    assertThat(
            history.applied().stream()
                .map(change -> "applied " + change.at().getEpochSecond())
                .findFirst()
                .orElseGet(() -> history.leftOut().getFirst().reason()))
        .isEqualTo(outcome);
  }

  @Test
  void mongockTellsTwoAuthorsOfOneIdApart() {
    assertThat(
            new Mongock()
                .read(
                    List.of(mongock("c", "ann", "EXECUTED", 1), mongock("c", "bob", "EXECUTED", 2)))
                .applied())
        .extracting(ForeignChange::id)
        .containsExactly("c/ann", "c/bob");
  }

  @Test
  void flamingockTakesTheLatestState() {
    ForeignHistory history =
        new Flamingock().read(Fixtures.entries("flamingock", "flamingockAuditLog"));

    assertThat(history.applied())
        .extracting(ForeignChange::id)
        .containsExactly("legacy-seed", "create-roles", "lower-emails", "index-users");
    assertThat(leftOut(history))
        .containsExactlyInAnyOrder(
            "legacy-seed_before: first part of a change, counted with it",
            "split-names: rolled back",
            "lost: started and never ended",
            "half: its rollback failed",
            "audit-setup: Flamingock's own");
  }

  @Test
  void migrateMongoCountsAFileOnceThoughItsHashWasWrittenLater() {
    ForeignHistory history =
        new MigrateMongo().read(Fixtures.entries("migrate-mongo", "changelog"));

    assertThat(history.applied())
        .extracting(change -> change.version() + " " + change.id())
        .containsExactly(
            "20230105101500 20230105101500-create-roles.js",
            "20230211093000 20230211093000-index-users.js",
            "20230402120000 20230402120000-lower-emails.js");
    assertThat(history.applied().getFirst().at().toEpochMilli()).isEqualTo(1795250832245L);
  }

  @Test
  void flywayLeavesOutWhatWasUndoneDeletedOrFailed() {
    ForeignHistory history = new Flyway().read(Fixtures.entries("flyway", "flyway_schema_history"));

    assertThat(history.applied())
        .extracting(change -> change.version() + " " + change.id())
        .containsExactly(
            "1 << Flyway Baseline >>",
            "2 V2__roles.js",
            "2.1 V2_1__late_index.js",
            "10 V10__emails.js");
    assertThat(history.applied().get(1))
        .extracting(ForeignChange::by, ForeignChange::at)
        .containsExactly("deployer", Instant.parse("2025-02-03T10:20:30.5Z"));
    assertThat(leftOut(history))
        .containsExactlyInAnyOrder(
            "shop: Flyway's own",
            "R__refresh_views.js: repeatable, without a version",
            "U11__names.js: undone",
            "V12__broken.js: failed",
            "V13__gone.js: deleted");
  }

  @Test
  void liquibaseNamesChangeSetsByFileIdAndAuthor() {
    ForeignHistory history =
        new Liquibase().read(Fixtures.entries("liquibase", "DATABASECHANGELOG"));

    assertThat(history.applied())
        .extracting(ForeignChange::id)
        .containsExactly(
            "changelog.json::1::ann",
            "changelog.json::2::bob",
            "changelog.json::3::ann",
            "changelog.json::4::cy",
            "changelog.json::2::ann");
    assertThat(history.leftOut()).isEmpty();
  }

  @Test
  void aDocumentOfAnotherToolIsRefusedWithWhatToDo() {
    List<Entry> ofLiquibase = Fixtures.entries("liquibase", "DATABASECHANGELOG");

    for (ForeignTool tool : ForeignTool.ALL) {
      if (!tool.name().equals("liquibase")) {
        assertThatThrownBy(() -> tool.read(ofLiquibase))
            .as(tool.name())
            .isInstanceOf(RunException.class)
            .hasMessageContaining("name the tool's collection with --collection");
      }
    }
  }

  @Test
  void seesWhoHoldsTheLock() {
    List<Entry> mongock = Fixtures.entries("mongock", "mongockLock");
    assertThat(new Mongock().holder(mongock, NOON))
        .hasValueSatisfying(holder -> assertThat(holder).contains("8f0e6b0a-app-1"));
    assertThat(new Mongock().holder(mongock, NOON.plusSeconds(61))).isEmpty();
    assertThat(new Flamingock().holder(mongock, NOON)).isPresent();
    assertThat(
            new MigrateMongo()
                .holder(List.of(entry("{createdAt: ISODate('2026-01-01T11:00:00Z')}")), NOON))
        .hasValue("since 2026-01-01T11:00:00Z");
    assertThat(new Liquibase().holder(Fixtures.entries("liquibase", "DATABASECHANGELOGLOCK"), NOON))
        .isEmpty();
    assertThat(
            new Liquibase()
                .holder(
                    List.of(
                        entry(
                            "{locked: true, lockedBy: 'app-1', lockGranted: ISODate('2026-01-01T11:00:00Z')}")),
                    NOON))
        .hasValue("app-1, since 2026-01-01T11:00:00Z");
    assertThat(new Flyway().holder(List.of(), NOON)).isEqualTo(Optional.empty());
  }

  private static Entry mongock(String id, String author, String state, int second) {
    return entry(
        "{changeId: '%s', author: '%s', state: '%s', timestamp: ISODate('1970-01-01T00:00:%02dZ')}"
            .formatted(id, author, state, second));
  }

  private static Entry entry(String json) {
    return new Entry(BsonDocument.parse(json));
  }

  private static List<String> leftOut(ForeignHistory history) {
    return history.leftOut().stream().map(it -> it.id() + ": " + it.reason()).toList();
  }
}
