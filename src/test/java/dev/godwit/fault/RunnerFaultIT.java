package dev.godwit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.testing.Cluster;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Samples;
import dev.godwit.testing.Snapshots;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Some faults with the real runner on a real database: what the model of `OperatorFaultIT` stands
/// for.
class RunnerFaultIT {

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private final MongoDatabase database = MongoServer.newDatabase();
  private final String namespace = Stage.newNamespace();
  private Map<String, String> before;

  @BeforeEach
  void seed() {
    database
        .getCollection("users")
        .insertMany(
            IntStream.range(0, 50)
                .mapToObj(i -> new Document("_id", i).append("email", "User%d@X.org".formatted(i)))
                .toList());
    before = Snapshots.of(database);
  }

  @AfterEach
  void close() {
    database.drop();
    Cluster.admin().namespaces().withName(namespace).delete();
  }

  @ParameterizedTest
  @CsvSource({
    "KillAfter, POST jobs #3",
    "LoseAnswer, POST jobs #3",
    "KillAndStaleLists, PATCH mongomigrations/status #4",
  })
  void whatIsVerifiedIsThere(Fault fault, String point) throws InterruptedException {
    play(fault, point, false, MigrationPhase.Succeeded);
    assertThat(database.getCollection("users").countDocuments(Document.parse("{email: /[A-Z]/}")))
        .isZero();
    assertThat(database.getCollection("users").countDocuments()).isEqualTo(50);
    assertThat(Snapshots.of(database)).containsKey("audit");
    assertThat(Snapshots.of(database).get("users")).contains("email_1");
  }

  @ParameterizedTest
  @CsvSource({
    "KillAfter, POST jobs #4",
    "ServerError, POST jobs #4",
    "KillBefore, PATCH mongomigrations/status #5",
  })
  void whatIsNotVerifiedIsAsBefore(Fault fault, String point) throws InterruptedException {
    play(fault, point, true, MigrationPhase.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
    assertThat(Snapshots.ownCollections(database)).noneMatch(it -> it.contains("_undo_"));
  }

  private void play(Fault fault, String point, boolean fails, MigrationPhase end) {
    try (Stage stage = Stage.in(namespace, new RealRunner(folder));
        Operators operators = new Operators(namespace, fault, point, LiveOperator.NO_RETRIES)) {
      stage.admin().resource(migration(fails)).create();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                operators.revive();
                return stage.migration();
              },
              it ->
                  it.getStatus() != null
                      && it.getStatus().phase() != null
                      && it.getStatus().phase().isTerminal());
      assertThat(operators.isHit()).as("%s was reached: %s", point, operators.writes()).isTrue();
      assertThat(stage.migration().getStatus().phase())
          .as("%s", stage.migration().getStatus())
          .isEqualTo(end);
      assertThat(stage.node().problems()).isEmpty();
      assertThat(
              stage.node().created().stream()
                  .collect(Collectors.groupingBy(Node.Created::command, Collectors.counting()))
                  .values())
          .allMatch(it -> it == 1);
    }
  }

  private MongoMigration migration(boolean fails) {
    ObjectNode json = JSON.valueToTree(Samples.migration(namespace, Stage.NAME, "004"));
    json.withObject("/spec/target").put("database", database.getName());
    if (fails) {
      json.withObject("/spec/verify")
          .set(
              "checks",
              JSON.valueToTree(
                  List.of(
                      Map.of(
                          "name", "never", "count", Map.of("collection", "users", "equals", 0)))));
    }
    try {
      return JSON.treeToValue(json, MongoMigration.class);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
