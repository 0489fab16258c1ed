package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.ExitCode;
import dev.godwit.engine.foreign.Fixtures;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.VersionState;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImportCommandMongoIT {

  private MongoDatabase database;

  @BeforeEach
  void newDatabase() {
    database = MongoServer.newDatabase();
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource({
    "mongock, mongockChangeLog, 0.mongock.1 0.mongock.2 0.mongock.3 0.mongock.4",
    "flamingock, flamingockAuditLog, 0.flamingock.1 0.flamingock.2 0.flamingock.3 0.flamingock.4",
    "migrate-mongo, changelog, 20230105101500 20230211093000 20230402120000",
    "flyway, flyway_schema_history, 1 2 2.1 10",
    "liquibase, DATABASECHANGELOG, 0.liquibase.1 0.liquibase.2 0.liquibase.3 0.liquibase.4 0.liquibase.5"
  })
  void takesOverWhatTheToolApplied(String tool, String collection, String versions) {
    insert(tool, collection, collection);

    Cli.Answer answer = run(tool, "--yes");

    assertThat(answer.exitCode()).as(answer.err()).isEqualTo(ExitCode.DONE);
    assertThat(answer.out()).contains(versions.split(" ").length + " recorded.");
    Map<String, VersionState> known = History.read(database).versions();
    assertThat(known).containsOnlyKeys(versions.split(" "));
    assertThat(known.values()).allMatch(VersionState::imported);
    assertThat(known.values()).allMatch(state -> state.origin().source().equals(tool));
    assertThat(run(tool, "--yes").out()).contains("Nothing to record.");
  }

  @Test
  void saysWhatWasLeftOutAndWhy() {
    insert("mongock", "mongockChangeLog", "mongockChangeLog");

    assertThat(run("mongock", "--dry-run").out())
        .contains("left out, Mongock's own: 2 (system-change-00001_before, system-change-00001)")
        .contains("left out, rolled back: 1 (split-names)");
    assertThat(run("mongock", "--dry-run", "-o", "json").json().at("/0/leftOut")).hasSize(4);
  }

  @Test
  void aDryRunWritesNothing() {
    insert("mongock", "mongockChangeLog", "mongockChangeLog");
    Map<String, String> before = Snapshots.of(database);

    Cli.Answer answer = run("mongock", "--dry-run");

    assertThat(answer.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(answer.out().replaceAll(" +", " "))
        .contains("0.mongock.1 to record mongock create-roles ann 20");
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void takesWhatCameSinceWithTheNextNumber() {
    insert("mongock", "mongockChangeLog", "changes");
    run("mongock", "--collection", "changes", "--yes");
    database
        .getCollection("changes", BsonDocument.class)
        .insertOne(
            BsonDocument.parse(
                "{changeId: 'new', author: 'ann', state: 'EXECUTED', timestamp: ISODate('2020-01-01T00:00:00Z')}"));

    assertThat(run("mongock", "--collection", "changes", "--yes").out()).contains("1 recorded.");

    assertThat(History.read(database).of("0.mongock.5").orElseThrow().origin().id())
        .isEqualTo("new");
  }

  @Test
  void refusesWhileTheToolRuns() {
    insert("liquibase", "DATABASECHANGELOG", "DATABASECHANGELOG");
    database
        .getCollection("DATABASECHANGELOGLOCK", BsonDocument.class)
        .insertOne(BsonDocument.parse("{_id: 1, locked: true, lockedBy: 'app-1'}"));

    Cli.Answer answer = run("liquibase", "--yes");

    assertThat(answer.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(answer.err()).contains("is held (app-1, since some time); wait until it has ended");
    assertThat(History.read(database).versions()).isEmpty();
  }

  @Test
  void refusesToolsAndDatabasesThatAreNotThere() {
    assertThat(run("rails").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run("rails").err()).contains("mongock, flamingock, migrate-mongo, flyway");
    Cli.Answer answer = run("mongock", "--dry-run");
    assertThat(answer.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(answer.err()).contains("no collection 'mongockChangeLog' or 'dbchangelog'");
  }

  private Cli.Answer run(String tool, String... more) {
    List<String> arguments = new ArrayList<>(List.of("import", tool));
    arguments.addAll(List.of("--uri", MongoServer.uri(), "-d", database.getName()));
    arguments.addAll(Arrays.asList(more));
    return Cli.run(arguments.toArray(String[]::new));
  }

  private void insert(String tool, String fixture, String collection) {
    database
        .getCollection(collection, BsonDocument.class)
        .insertMany(Fixtures.documents(tool, fixture));
  }
}
