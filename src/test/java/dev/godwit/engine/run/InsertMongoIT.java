package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InsertMongoIT {

  private MongoDatabase database;
  private MongoCollection<BsonDocument> roles;

  @BeforeEach
  void seed() {
    database = MongoServer.newDatabase();
    roles = database.getCollection("roles", BsonDocument.class);
    roles.insertMany(
        List.of(
            BsonDocument.parse("{_id: 1, name: 'admin', rights: ['*'], own: true}"),
            BsonDocument.parse("{_id: 2, name: null, rights: []}"),
            BsonDocument.parse("{_id: 3, name: ['a', 'b'], rights: []}")));
  }

  private static Changelog insert(String fields, String... documents) {
    return Migrations.changelog(
        "{version: '1', steps: [{name: i, insert: {collection: roles, %s documents: [%s]}}]}"
            .formatted(
                fields,
                List.of(documents).stream()
                    .map(document -> "'" + document + "'")
                    .collect(Collectors.joining(", "))));
  }

  @Test
  void manyDocumentsTakeFewRoundTrips() throws IOException {
    String[] documents =
        IntStream.range(0, 2_500).mapToObj("{ name: \"r%d\" }"::formatted).toArray(String[]::new);
    Changelog many = insert("", documents);
    Changelog one = insert("", documents[0]);

    int commands = CutRun.count(database, target -> CutRun.apply(target, many));
    int least = CutRun.count(MongoServer.newDatabase(), target -> CutRun.apply(target, one));

    assertThat(roles.countDocuments()).isEqualTo(2_503);
    assertThat(commands).isLessThan(least + 20);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Skip    | 1 | 1 | {_id: 1, name: 'admin', rights: ['*'], own: true}",
        "Replace |   | 2 | {_id: 1, name: 'admin', rights: []}"
      })
  void matchesByOtherFieldsThanTheId(String onConflict, Long skipped, long changed, String admin) {
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog =
        insert(
            "matchOn: [name], onConflict: %s,".formatted(onConflict),
            "{ name: \"admin\", rights: [] }",
            "{ name: \"staff\", rights: [] }");

    StepOutcome outcome = applied(changelog);

    assertThat(outcome.matched()).isEqualTo(1);
    assertThat(outcome.skipped()).isEqualTo(skipped);
    assertThat(outcome.changed()).isEqualTo(changed);
    assertThat(roles.countDocuments()).isEqualTo(4);
    assertThat(roles.find(BsonDocument.parse("{_id: 1}")).first())
        .isEqualTo(BsonDocument.parse(admin));
    assertTakenBack(changelog, before);
  }

  @Test
  void oddValuesOfMatchOnMatchTheSame() {
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog =
        insert(
            "matchOn: [name], onConflict: Skip,",
            "{ name: null, n: 1 }",
            "{ name: [\"a\", \"b\"], n: 1 }",
            "{ name: [\"b\"], n: 1 }");

    StepOutcome outcome = applied(changelog);

    assertThat(outcome.matched()).isEqualTo(2);
    assertThat(roles.countDocuments()).isEqualTo(4);
    assertTakenBack(changelog, before);
  }

  @Test
  void aDocumentThatIsThereFailsTheStepUnlessSaidOtherwise() {
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog = insert("", "{ _id: 9 }", "{ _id: 1, name: \"x\" }");

    RunResult failed = Migrations.apply(database, changelog);

    assertThat(failed.verdict()).isEqualTo(Verdict.StepFailed);
    assertThat(failed.failure().reason()).isEqualTo("DocumentExists");
    assertThat(Snapshots.of(database)).isEqualTo(before);
    assertTakenBack(changelog, before);
  }

  @ParameterizedTest
  @CsvSource({"KeepNewer", "Overwrite"})
  void anIdThatAnotherDocumentHasIsNeverTakenForOneThatTheStepInserted(String onConflict) {
    Map<String, String> before = Snapshots.of(database);
    Changelog changelog =
        Migrations.changelog(
            "{version: '1', steps: [{name: i, insert: {collection: roles, matchOn: [name], documents: ['{ _id: 1, name: \"new\" }']}}], rollback: {onConflict: %s}}"
                .formatted(onConflict));

    RunResult failed = Migrations.apply(database, changelog);

    assertThat(failed.failure().reason()).isEqualTo("DocumentExists");
    assertTakenBack(changelog, before);
  }

  private StepOutcome applied(Changelog changelog) {
    RunResult applied = Migrations.apply(database, changelog);
    assertThat(applied.failure()).isNull();
    return applied.outcome().getFirst();
  }

  private void assertTakenBack(Changelog changelog, Map<String, String> before) {
    RunResult back = Migrations.rollback(database, changelog);
    assertThat(back.failure()).isNull();
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }
}
