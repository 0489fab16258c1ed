package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.ExitCode;
import dev.godwit.engine.history.History;
import dev.godwit.testing.MongoServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineCommandMongoIT {

  @TempDir private Path folder;
  private MongoDatabase database;

  @BeforeEach
  void threeMigrations() throws IOException {
    database = MongoServer.newDatabase();
    for (String version : List.of("001", "002", "010")) {
      manifest(version, "c" + version);
    }
  }

  @Test
  void recordsUpToAVersionAndRunsNothing() {
    Cli.Answer answer = baseline("--to", "2", "--yes");

    assertThat(answer.exitCode()).as(answer.err()).isEqualTo(ExitCode.DONE);
    assertThat(answer.out())
        .containsPattern(database.getName() + " +001 +to record +manifest")
        .contains("2 recorded.")
        .doesNotContain("010");
    assertThat(History.read(database).versions()).containsOnlyKeys("001", "002");
    assertThat(database.listCollectionNames()).noneMatch(name -> name.startsWith("c"));
    assertThat(status()).contains("001 baselined", "002 baselined", "010 pending");
  }

  @Test
  void upHasNothingToDoAboutARecordedVersion() {
    baseline("--to", "002", "--yes");

    Cli.Answer plan = run("plan");
    assertThat(plan.exitCode()).as(plan.err()).isEqualTo(ExitCode.DONE);
    assertThat(plan.out()).contains("applied already");
    Cli.Answer answer = run("up", "--to", "002", "--no-backup");
    assertThat(answer.exitCode()).as(answer.err()).isEqualTo(ExitCode.DONE);
    assertThat(answer.out()).contains("0 applied, 2 were applied already.");
    assertThat(database.listCollectionNames()).noneMatch(name -> name.startsWith("c"));
  }

  @Test
  void recordsOneVersionAlone() {
    assertThat(baseline("--only", "010", "--yes").exitCode()).isEqualTo(ExitCode.DONE);

    assertThat(History.read(database).versions()).containsOnlyKeys("010");
  }

  @Test
  void tellsInJsonWhatWasRecordedNowAndBefore() {
    baseline("--to", "001", "--yes");

    Cli.Answer answer = baseline("--to", "002", "--yes", "-o", "json");

    assertThat(answer.json().at("/0/versions"))
        .extracting(version -> version.at("/version").asText() + version.at("/state").asText())
        .containsExactly("001RecordedBefore", "002Recorded");
  }

  @Test
  void withoutATerminalItWantsToBeTold() {
    Cli.Answer answer = baseline("--to", "002");

    assertThat(answer.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(answer.err()).contains("2 versions will count as applied").contains("--yes");
    assertThat(History.read(database).versions()).isEmpty();
  }

  @Test
  void wantsToKnowWhichVersionsAndThatTheyAreThere() {
    assertThat(baseline("--yes").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(baseline("--to", "003", "--yes").exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(History.read(database).versions()).isEmpty();
  }

  @Test
  void otherStepsOfARecordedVersionAreRefused() throws IOException {
    baseline("--to", "002", "--yes");
    manifest("002", "others");

    Cli.Answer answer = baseline("--to", "010", "--yes");

    assertThat(answer.exitCode()).isEqualTo(ExitCode.REFUSED);
    assertThat(answer.err())
        .contains("nothing was recorded: version 002 is recorded as applied with other steps");
    assertThat(History.read(database).versions()).containsOnlyKeys("001", "002");
  }

  private Cli.Answer baseline(String... more) {
    return run("baseline", more);
  }

  private Cli.Answer run(String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command, "-f", folder.toString()));
    arguments.addAll(List.of("--uri", MongoServer.uri(), "-d", database.getName()));
    arguments.addAll(Arrays.asList(more));
    return Cli.run(arguments.toArray(String[]::new));
  }

  private String status() {
    return Cli.run(
            "status", "-f", folder.toString(), "--uri", MongoServer.uri(), "-d", database.getName())
        .out()
        .replaceAll(" +", " ");
  }

  private void manifest(String version, String collection) throws IOException {
    Files.writeString(
        folder.resolve(version + ".yaml"),
        """
        apiVersion: godwit.dev/v1alpha1
        kind: MongoMigration
        metadata: {name: m%s}
        spec:
          version: "%s"
          target: {secretRef: {name: mongodb}}
          steps:
          - {name: create, createCollection: {collection: %s}}
        """
            .formatted(version, version, collection));
  }
}
