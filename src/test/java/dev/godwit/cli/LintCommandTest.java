package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.api.job.ExitCode;
import dev.godwit.cli.Cli.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LintCommandTest {

  private static final String HEAD =
      """
      apiVersion: godwit.dev/v1alpha1
      kind: MongoMigration
      metadata: {name: m}
      spec:
        version: "1"
        target: {secretRef: {name: mongodb}}
        verify: {checks: [{name: c, collectionExists: {collection: c}}]}
      """;

  @TempDir private Path folder;

  @Test
  void findsEverythingThatIsWrongInAFileNotOnlyTheFirst() throws IOException {
    write(
        "1.yaml",
        HEAD
            + """
              bached: {size: 5}
              preconditions:
              - {name: p, count: {collection: c}}
              steps:
              - name: one
                update:
                  collection: system.users
                  filter: '{ a: { $gtt: 1 } }'
                  update: '{ $sett: { a: 1 } }'
              - name: one
                delete: {collection: c, filter: '{ a: '}
              - name: two
                createIndexes:
                  collection: c
                  indexes:
                  - {keys: [a, "-a"]}
                  - {keys: [b], unique: maybe}
                  - {keys: [c], partialFilterExpression: '{ $x: 1 }'}
            """);

    assertThat(findings())
        .containsExactlyInAnyOrder(
            "8:3 InvalidManifest spec.bached",
            "10:15 InvalidManifest spec.preconditions[0].count",
            "14:19 CollectionRefused spec.steps[0].update.collection",
            "15:23 UnknownOperator spec.steps[0].update.filter",
            "16:18 UnknownOperator spec.steps[0].update.update",
            "17:11 InvalidManifest spec.steps[1].name",
            "18:43 InvalidBSON spec.steps[1].delete.filter",
            "23:10 InvalidManifest spec.steps[2].createIndexes.indexes[0].keys",
            "24:29 InvalidManifest spec.steps[2].createIndexes.indexes[1].unique",
            "25:49 UnknownOperator spec.steps[2].createIndexes.indexes[2].partialFilterExpression");
  }

  @Test
  void placesInsideOfTextsAreFoundInEveryStyleOfYaml() throws IOException {
    String step = "  - {name: s%d, delete: {collection: c, filter: %s}}\n";
    write(
        "1.yaml",
        HEAD
            + "  steps:\n"
            + step.formatted(1, "'{ a: ''it\\''s'', b 1 }'")
            + step.formatted(2, "\"{ a: \\\"x\\\",\\n b \\u0031 }\"")
            + """
              - name: s3
                delete:
                  collection: c
                  filter: |
                    { a: 1,

                      b 1 }
              - name: s4
                delete:
                  collection: c
                  filter: >-
                    { a: 1,
                    b
                    1 }
              - name: s5
                delete:
                  collection: c
                  filter: "{ a: 1,
                    b 1 }"
              - name: s6
                delete:
                  collection: c
                  filter: {a: 1}
              - name: s7
                delete:
                  collection: c
                  filter: '{ "😀": 1, b 1 }'
            """);

    assertThat(findings())
        .containsExactly(
            "9:68 InvalidBSON spec.steps[0].delete.filter",
            "10:65 InvalidBSON spec.steps[1].delete.filter",
            "17:13 InvalidBSON spec.steps[2].delete.filter",
            "24:9 InvalidBSON spec.steps[3].delete.filter",
            "29:11 InvalidBSON spec.steps[4].delete.filter",
            "33:7 InvalidManifest spec.steps[5].delete.filter",
            "37:28 InvalidBSON spec.steps[6].delete.filter");
  }

  @Test
  void yamlThatDoesNotParseIsShownWhereItEnds() throws IOException {
    write("1.yaml", "spec:\n  version: \"1\n");
    write("2.yaml", "spec:\n  steps: [\n  - a: b\n   c: d\n");
    write("3.yaml", HEAD + "  version: \"2\"\n  steps: []\n");
    write("4.json", "{\n\t\"kind\": \"MongoMigration\",\n\t\"kind\": \"x\"\n}");

    List<String> found = new ArrayList<>();
    json().get("findings").forEach(it -> found.add(shortened(it, true)));

    assertThat(found)
        .containsExactly(
            "1.yaml:3:1 InvalidManifest null",
            "2.yaml:3:3 InvalidManifest null",
            "3.yaml:8:3 InvalidManifest spec.version",
            "4.json:3:2 InvalidManifest kind");
  }

  @Test
  void nearNamesAreSuggested() throws IOException {
    write(
        "1.yaml",
        HEAD
            + """
              steps:
              - {name: s, update: {collection: c, filter: '{ a: { $exist: true } }', update: '[ { $set: { a: { $toLowr: "$a" } } } ]'}}
              - {name: t, createCollection: {collection: d, options: '{ cappd: true }'}}
              - {name: u, update: {collection: c, update: '[ { $set: { a: { $toLowr: "$a" } } } ]'}}
            """);

    assertThat(Cli.run("lint", folder.toString()).out())
        .contains("did you mean '$exists'?")
        .contains("did you mean '$toLower'?")
        .contains("did you mean 'capped'?");
  }

  @Test
  void aVersionIsTakenOnceInAFolderAndGapsAreFine() throws IOException {
    String steps = "  steps: [{name: s, createCollection: {collection: c}}]\n";
    write("1.yaml", HEAD + steps);
    write("2.yaml", HEAD.replace("\"1\"", "\"001\"") + steps);
    write("7.yaml", HEAD.replace("\"1\"", "\"7\"") + steps);
    write("other.yaml", HEAD.replace("{secretRef", "{database: other, secretRef") + steps);

    assertThat(findings()).containsExactly("5:12 VersionTwice spec.version");
  }

  @Test
  void aSecondIndexOnTheSameKeysIsFoundOverStepsAndFiles() throws IOException {
    String step =
        "  steps: [{name: s, createIndexes: {collection: audit_logs, indexes: [{keys: [timestamp]%s}]}}]\n";
    write("1.yaml", HEAD + step.formatted(""));
    write("2.yaml", HEAD.replace("\"1\"", "\"2\"") + step.formatted(", expireAfterSeconds: 60"));

    Answer answer = Cli.run("lint", folder.toString());

    assertThat(answer.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(answer.out())
        .containsPattern("2.yaml:8:\\d+ +error +IndexConflict")
        .contains("step 's' of " + folder.resolve("1.yaml"))
        .contains("'timestamp_1' {\"timestamp\": 1}")
        .contains("{\"timestamp\": 1} {\"expireAfterSeconds\": 60}")
        .contains("drop 'timestamp_1' in a step before");
  }

  @Test
  void warningsCountOnlyWhenTheyAreAskedTo() throws IOException {
    write("1.yaml", HEAD + "  steps: [{name: s, delete: {collection: c, filter: '{}'}}]\n");

    assertThat(findings()).containsExactly("8:53 DeletesAll spec.steps[0].delete.filter");
    assertThat(Cli.run("lint", folder.toString()).exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(Cli.run("lint", "--strict", folder.toString()).exitCode())
        .isEqualTo(ExitCode.REFUSED);
    assertThat(Cli.run("lint", "--strict", "--ignore", "DeletesAll", folder.toString()).exitCode())
        .isEqualTo(ExitCode.DONE);
  }

  @Test
  void errorsOfTheManifestCannotBeIgnored() throws IOException {
    write("1.yaml", HEAD + "  steps: [{name: s, delete: {collection: c, filter: '{ $x: 1 }'}}]\n");

    assertThat(Cli.run("lint", "--ignore", "UnknownOperator", folder.toString()).exitCode())
        .isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void everySampleIsWithoutErrors() {
    Answer answer = Cli.run("lint", "deploy/samples");

    assertThat(answer.exitCode()).as(answer.out()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void withoutAPathItIsAWrongUse() {
    assertThat(Cli.run("lint").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }

  private JsonNode json() {
    return Cli.run("lint", "-o", "json", folder.toString()).json();
  }

  /// Errors and warnings.
  private List<String> findings() {
    List<String> found = new ArrayList<>();
    json()
        .get("findings")
        .forEach(
            finding -> {
              if (!finding.get("severity").asText().equals("Info")) {
                found.add(shortened(finding, false));
              }
            });
    return found;
  }

  private static String shortened(JsonNode finding, boolean withFile) {
    return "%s%s:%s %s %s"
        .formatted(
            withFile ? Path.of(finding.get("file").asText()).getFileName() + ":" : "",
            finding.path("line").asText(),
            finding.path("column").asText(),
            finding.get("reason").asText(),
            finding.hasNonNull("path") ? finding.get("path").asText() : null);
  }
}
