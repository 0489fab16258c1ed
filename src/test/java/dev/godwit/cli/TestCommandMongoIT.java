package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.ExitCode;
import dev.godwit.cli.Cli.Answer;
import dev.godwit.engine.history.History;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class TestCommandMongoIT {

  @TempDir private Path manifests;
  @TempDir private Path fixtures;
  @TempDir private Path reports;

  private final MongoDatabase database = MongoServer.newDatabase();
  private Folder folder;

  @BeforeEach
  void seed() {
    folder = new Folder(manifests, database.getName());
    database.getCollection("users").insertOne(new Document("_id", 1).append("name", "x"));
    folder.write("1", Folder.setsField("a"));
    folder.write(
        "2",
        """
        steps:
        - {name: index, createIndexes: {collection: users, indexes: [{keys: [a]}]}}
        - {name: more, insert: {collection: more, documents: ['{_id: 1}']}}
        """);
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  @Test
  void pendingMigrationsAreTriedOnACopyAndTheDatabaseIsOnlyRead() {
    folder.run("up", "--no-backup", "--to", "1");
    Map<String, String> before = Snapshots.of(database);
    int events = History.events(database).size();

    Answer answer = folder.run("test", "-o", "json");

    assertThat(answer.exitCode()).as(answer.out() + answer.err()).isEqualTo(ExitCode.DONE);
    assertThat(outcomes(answer))
        .containsExactly(
            "1 Up Skipped",
            "1 Verify Skipped",
            "1 Down Skipped",
            "1 AsBefore Skipped",
            "1 UpAgain Skipped",
            "2 Up Passed",
            "2 Verify Passed",
            "2 Down Passed",
            "2 AsBefore Passed",
            "2 UpAgain Passed");
    assertThat(Snapshots.of(database)).isEqualTo(before);
    assertThat(History.events(database)).hasSize(events);
    assertThat(scratchOf(answer)).isNotEmpty().noneMatch(this::exists);
  }

  @Test
  void fixturesStandInForTheDatabase() throws Exception {
    Files.writeString(
        fixtures.resolve("users.json"),
        "{\"_id\": {\"$oid\": \"64b7f0000000000000000001\"}, \"a\": 5}\n\n{\"_id\": 2}\n");
    Files.writeString(fixtures.resolve("more.json"), "[{\"_id\": 7}]");
    Path junit = reports.resolve("junit.xml");

    Answer answer =
        folder.run("test", "--fixtures", fixtures.toString(), "--junit", junit.toString());

    assertThat(answer.exitCode()).as(answer.out() + answer.err()).isEqualTo(ExitCode.DONE);
    assertThat(answer.out())
        .containsPattern("1 +up +passed")
        .containsPattern("2 +up again +passed");
    Element suite = suite(junit);
    assertThat(suite.getAttribute("tests")).isEqualTo("10");
    assertThat(suite.getAttribute("failures")).isEqualTo("0");
    assertThat(Snapshots.ownCollections(database)).isEmpty();
  }

  @Test
  void aMigrationThatFailsIsReportedAndLaterOnesAreLeftOut() throws Exception {
    folder.write("1", Folder.setsField("a").replace("{a: {$ne: 1}}", "{a: 1}"));
    Path junit = reports.resolve("junit.xml");

    Answer answer = folder.run("test", "--junit", junit.toString());

    assertThat(answer.exitCode()).isEqualTo(ExitCode.UNEXPECTED);
    assertThat(answer.out())
        .containsPattern("1 +up +failed")
        .contains("check 'a-is-set'")
        .containsPattern("1 +down +skipped")
        .containsPattern("2 +up +skipped");
    Element suite = suite(junit);
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    assertThat(suite.getAttribute("skipped")).isEqualTo("9");
    assertThat(suite.getElementsByTagName("failure").item(0).getTextContent())
        .contains("check 'a-is-set'");
    assertThat(scratchOf(answer)).noneMatch(this::exists);
  }

  @Test
  void theScratchDatabasesStayWhenAskedTo() {
    Answer answer = folder.run("test", "--keep");

    List<String> names = scratchOf(answer);
    try {
      assertThat(names).hasSize(2).allMatch(this::exists);
    } finally {
      names.forEach(name -> MongoServer.client().getDatabase(name).drop());
    }
  }

  @Test
  void aMigrationThatOnlyItsBackupTakesBackIsTriedWithIt() {
    folder.write("1", Folder.setsField("a") + "rollback: {onFailure: Restore}\n");

    Answer answer = folder.run("test");

    assertThat(answer.exitCode()).as(answer.out() + answer.err()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void fixturesThatAreWrongAreRefusedWithFileAndLine() throws IOException {
    Files.writeString(fixtures.resolve("users.json"), "{\"_id\": 1}\n{\"_id\": }\n");

    Answer answer = folder.run("test", "--fixtures", fixtures.toString());

    assertThat(answer.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(answer.err()).contains("users.json' line 2").doesNotContain("\tat ");
    assertThat(scratchOf(answer)).noneMatch(this::exists);
  }

  private static List<String> outcomes(Answer answer) {
    List<String> outcomes = new ArrayList<>();
    for (JsonNode trial : answer.json()) {
      outcomes.add(
          "%s %s %s"
              .formatted(
                  trial.path("version").asText(),
                  trial.path("part").asText(),
                  trial.path("outcome").asText()));
    }
    return outcomes;
  }

  private static List<String> scratchOf(Answer answer) {
    return java.util.regex.Pattern.compile("godwit_test_[0-9a-f]{8}(_was)?")
        .matcher(answer.err())
        .results()
        .map(java.util.regex.MatchResult::group)
        .distinct()
        .toList();
  }

  private boolean exists(String name) {
    return MongoServer.client().listDatabaseNames().into(new ArrayList<>()).contains(name);
  }

  private static Element suite(Path junit) throws Exception {
    NodeList suites =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(junit.toFile())
            .getElementsByTagName("testsuite");
    assertThat(suites.getLength()).isOne();
    return (Element) suites.item(0);
  }
}
