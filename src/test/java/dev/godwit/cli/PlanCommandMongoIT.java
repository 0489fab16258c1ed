package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.ExitCode;
import dev.godwit.cli.Cli.Answer;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bson.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandMongoIT {

  private static final Path ORIGINAL =
      Path.of("src/test/resources/plan/grocery-audit-logs-original.yaml");
  private static final Path ONE_STEP =
      Path.of("src/test/resources/plan/grocery-audit-logs-one-step.yaml");

  @TempDir private Path folder;
  private MongoDatabase database;

  @BeforeEach
  void create() {
    database = MongoServer.newDatabase();
  }

  @Test
  void theGroceryOriginalsIndexConflictIsReported() {
    database.createCollection("audit_logs");

    Answer answer = plan(ORIGINAL.toString());

    assertThat(answer.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(answer.out())
        .containsPattern("error +IndexConflict +%s:25:9".formatted(ORIGINAL))
        .contains("003/indexes gives 'audit_logs' the index 'timestamp_1' {\"timestamp\": 1}")
        .contains("cannot be beside 'expiry' {\"timestamp\": 1} {\"expireAfterSeconds\": 7776000}")
        .contains("leave 'timestamp_1' out: an index with expireAfterSeconds serves queries too");
    for (Path file : List.of(ORIGINAL, ONE_STEP)) {
      assertThat(Cli.run("lint", file.toString()).out())
          .as(file.toString())
          .containsPattern("error +IndexConflict")
          .contains("'timestamp_1'", "'expiry'");
    }
    assertThat(plan(ONE_STEP.toString()).exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(plan(ONE_STEP.toString()).out()).containsPattern("15:9 +error +IndexConflict");
    assertThat(plan("deploy/samples/grocery/003-audit-logs.yaml").exitCode())
        .isEqualTo(ExitCode.DONE);
  }

  @Test
  void duplicatesAreShownWithValuesAndIds() throws IOException {
    database
        .getCollection("users")
        .insertMany(
            Stream.of("ann", "bob", "ann")
                .map(name -> new Document("_id", name + System.nanoTime()).append("email", name))
                .toList());
    write(
        "1.yaml",
        "1",
        "createIndexes: {collection: users, indexes: [{keys: [email], unique: true}]}");

    Answer answer = plan(folder.toString());
    JsonNode finding = migration(plan("-o", "json", folder.toString()), 0).get("findings").get(0);

    assertThat(answer.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(answer.out()).containsPattern("error +Duplicates").contains("\"ann\": _id \"ann");
    assertThat(finding.get("reason").asText()).isEqualTo("Duplicates");
    assertThat(finding.get("severity").asText()).isEqualTo("Error");
    assertThat(finding.get("line").asInt()).isEqualTo(9);
    assertThat(finding.get("samples")).hasSize(1);
  }

  @Test
  void whatRanAlreadyIsNotPlannedAgainAndTheRestIs() throws IOException {
    database.getCollection("users").insertMany(numbered(40));
    write("1.yaml", "1", "update: {collection: users, update: '{ $set: { a: 1 } }'}");
    write(
        "2.yaml",
        "2",
        "update: {collection: users, filter: '{ n: { $lt: 10 } }', update: '{ $set: { b: 1 } }'}");
    up("--to", "1");

    Answer json = plan("-o", "json", folder.toString());

    assertThat(json.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(migration(json, 0).get("state").asText()).isEqualTo("Applied");
    assertThat(migration(json, 1).get("state").asText()).isEqualTo("Pending");
    assertThat(migration(json, 1).get("planHash").asText()).startsWith("sha256:");
    JsonNode step = migration(json, 1).get("steps").get(0);
    assertThat(step.get("documents").asLong()).isEqualTo(10);
    assertThat(step.get("reversible").asText()).isEqualTo("Recorded");
    assertThat(step.get("access").get("kind").asText()).isIn("Scan", "Index");
    assertThat(step.get("estimate").get("basis").asText()).isEqualTo("Sample");
    assertThat(migration(json, 1).get("backup").get("needed").asBoolean()).isTrue();
    assertThat(plan(folder.toString()).out())
        .contains("1 migration to run, 1 applied already; no errors, no warnings, no notes");

    up();
    Answer nothing = plan(folder.toString());
    assertThat(nothing.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(nothing.out()).contains("no migrations to run, 2 applied already");
  }

  @Test
  void stepsThatWereEditedAfterTheyRanAreAnError() throws IOException {
    database.getCollection("users").insertMany(numbered(4));
    write("1.yaml", "1", "update: {collection: users, update: '{ $set: { a: 1 } }'}");
    up();
    write("1.yaml", "1", "update: {collection: users, update: '{ $set: { a: 2 } }'}");

    Answer answer = plan("-o", "json", folder.toString());

    assertThat(answer.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(migration(answer, 0).get("state").asText()).isEqualTo("Refused");
    JsonNode finding = migration(answer, 0).get("findings").get(0);
    assertThat(finding.get("reason").asText()).isEqualTo("ChecksumMismatch");
    assertThat(finding.get("line").asInt()).isEqualTo(7);
  }

  @Test
  void aFolderWithManifestsThatAreWrongIsShownWithAllThatIsWrong() throws IOException {
    write(
        "1.yaml",
        "1",
        "update: {collection: users, filter: '{ a: }', update: '{ $sett: { a: 1 } }'}");
    write("2.yaml", "2", "delete: {collection: users}");

    Answer answer = plan("-o", "json", folder.toString());

    assertThat(answer.exitCode()).isEqualTo(ExitCode.REFUSED);
    List<String> reasons = new ArrayList<>();
    answer.json().get("findings").forEach(it -> reasons.add(it.get("reason").asText()));
    assertThat(reasons)
        .containsExactlyInAnyOrder("InvalidBSON", "UnknownOperator", "InvalidManifest");
    assertThat(answer.json().get("databases")).isEmpty();
  }

  @Test
  void aWarningCountsWhenItIsAskedToAndCanBeIgnored() throws IOException {
    database.getCollection("users").insertMany(numbered(4));
    write("1.yaml", "1", "setValidator: {collection: users, validator: '{ n: { $gt: 1 } }'}");

    assertThat(plan(folder.toString()).exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(plan("--strict", folder.toString()).exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(plan("--strict", "--ignore", "ValidatorViolated", folder.toString()).exitCode())
        .isEqualTo(ExitCode.DONE);
    assertThat(Snapshots.ownCollections(database)).isEmpty();
  }

  private static List<Document> numbered(int count) {
    return Stream.iterate(0, i -> i + 1)
        .limit(count)
        .map(i -> new Document("_id", i).append("n", i))
        .toList();
  }

  private void write(String name, String version, String operation) throws IOException {
    Files.writeString(
        folder.resolve(name),
        """
        apiVersion: godwit.dev/v1alpha1
        kind: MongoMigration
        metadata: {name: m}
        spec:
          version: "%s"
          target: {secretRef: {name: mongodb}}
          steps:
          - name: s
            %s
        """
            .formatted(version, operation));
  }

  private Answer plan(String... arguments) {
    return run("plan", arguments);
  }

  private void up(String... arguments) {
    List<String> all = new ArrayList<>(List.of("--no-backup", "-f", folder.toString()));
    all.addAll(List.of(arguments));
    Answer answer = run("up", all.toArray(String[]::new));
    assertThat(answer.exitCode()).as(answer.out() + answer.err()).isEqualTo(ExitCode.DONE);
  }

  private Answer run(String command, String... arguments) {
    List<String> all =
        new ArrayList<>(List.of(command, "--uri", MongoServer.uri(), "-d", database.getName()));
    all.addAll(List.of(arguments));
    return Cli.run(all.toArray(String[]::new));
  }

  private static JsonNode migration(Answer answer, int index) {
    return answer.json().get("databases").get(0).get("migrations").get(index);
  }
}
