package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import dev.godwit.api.StrictYaml;
import dev.godwit.api.v1alpha1.BackupVerification;
import dev.godwit.api.v1alpha1.Compression;
import dev.godwit.api.v1alpha1.RestoreMode;
import dev.godwit.api.v1alpha1.Step;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.backup.Dump;
import dev.godwit.engine.backup.RestoreOptions;
import dev.godwit.engine.backup.Restored;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.changelog.TransformCompiler;
import dev.godwit.engine.history.History;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.engine.storage.Storage;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.seed.AccountsSeed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Steps that change restored collections before anybody sees them.
class TransformMongoIT {

  private static final int USERS = 2_000;

  /// The environment copy of the accounts playbook.
  private static final String ANONYMISE = transformOf("deploy/samples/backups/accounts-copy.yaml");

  /// Stands for a SIGKILL: nothing catches it.
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /// A list of steps, as a restore's spec has it.
  record Steps(List<Step> transform) {}

  private static String transformOf(String sample) {
    try {
      YAMLMapper yaml = new YAMLMapper();
      JsonNode steps = yaml.readTree(Path.of(sample).toFile()).at("/spec/transform");
      return yaml.writeValueAsString(Map.of("transform", steps));
    } catch (IOException wrong) {
      throw new UncheckedIOException(wrong);
    }
  }

  @TempDir Path folder;
  private final MongoDatabase production = MongoServer.newDatabase();
  private final MongoDatabase staging = MongoServer.newDatabase();
  private Storage storage;

  @BeforeEach
  void backUpProduction() {
    storage = new FileSystemStorage(folder);
    AccountsSeed.fill(production, 7, USERS);
    List<Document> events = new ArrayList<>();
    for (int id = 0; id < 500; id++) {
      events.add(new Document("_id", id).append("sensitive", id % 5 == 0).append("count", 1));
    }
    production.getCollection("audit_events").insertMany(events);
    new Dump(production, storage, progress -> {}, new StopSignal())
        .run("b", List.of(), Compression.DEFAULT, BackupVerification.Checksum);
    staging.getCollection("users").insertOne(new Document("_id", "of staging"));
  }

  @AfterEach
  void drop() {
    production.drop();
    staging.drop();
  }

  @Test
  void copiesAnEnvironmentWithoutItsPeople() throws Exception {
    List<Document> before = all(production, "users");

    Restored restored = restore(progress -> {}, ANONYMISE, "t");

    assertThat(restored.collections()).containsExactly("audit_events", "orders", "users");
    assertThat(all(production, "users")).isEqualTo(before);
    assertThat(all(staging, "users"))
        .hasSize(USERS)
        .allSatisfy(
            user ->
                assertThat(user.getString("email"))
                    .isEqualTo("user_%s@example.com".formatted(user.get("_id"))))
        .allSatisfy(user -> assertThat(user.get("full_name")).isNull());
    assertThat(staging.getCollection("orders").countDocuments()).isEqualTo(2 * USERS);
    assertThat(staging.getCollection("audit_events").countDocuments()).isEqualTo(400);
    assertThat(staging.getCollection("audit_events").countDocuments(Filters.eq("sensitive", true)))
        .isZero();
    assertThat(staging.getCollection("users").listIndexes().map(index -> index.get("name")))
        .contains("email_1");
    assertThat(staging.listCollectionNames())
        .filteredOn(name -> name.startsWith("_godwit_"))
        .containsExactlyInAnyOrder(
            "_godwit_aside_t_users", "_godwit_history", "_godwit_lock", "_godwit_scratch_restore");
    assertThat(History.read(staging).versions()).isEmpty();
    assertThat(restore(progress -> {}, ANONYMISE, "t")).isEqualTo(restored);
  }

  @Test
  void changesEachDocumentOnceWhereverItIsKilled() throws Exception {
    String counting =
        """
        transform:
        - name: first
          update: {collection: audit_events, update: '{ $inc: { count: 1 } }', batches: {size: 20}}
        - name: second
          update: {collection: audit_events, update: '[ { $set: { count: { $multiply: [ "$count", 3 ] } } } ]', batches: {size: 20}}
        """;
    long seed = System.nanoTime();
    System.out.println("seed of the kills: " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 4; round++) {
      String tag = "r" + round;
      for (int kills = 0; ; kills++) {
        int at = random.nextInt(5, 60);
        AtomicInteger reports = new AtomicInteger();
        Throwable killed =
            catchThrowable(
                () ->
                    restore(
                        progress -> {
                          if (reports.incrementAndGet() >= at) {
                            throw new Killed();
                          }
                        },
                        counting,
                        tag));
        if (killed == null) {
          break;
        }
        assertThat(killed).as("seed %d", seed).isInstanceOf(Killed.class);
      }
      assertThat(all(staging, "audit_events"))
          .as("round %d, seed %d", round, seed)
          .hasSize(500)
          .allSatisfy(event -> assertThat(event.get("count")).isEqualTo(6));
      assertThat(staging.listCollectionNames())
          .noneMatch(
              name ->
                  name.contains("_undo_")
                      || name.contains("_transform_")
                      || name.contains("_shadow_"));
    }
  }

  @Test
  void leavesTheLiveCollectionsAloneWhenAStepFails() {
    String colliding =
        """
        transform:
        - name: same
          update: {collection: users, update: '{ $set: { email: "x" } }'}
        - name: unique
          createIndexes: {collection: users, indexes: [{keys: [email], unique: true}]}
        """;
    assertThatThrownBy(() -> restore(progress -> {}, colliding, "t"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("no collection was replaced")
        .satisfies(
            failed -> {
              assertThat(((RunException) failed).failure().reason()).isEqualTo("TransformFailed");
              assertThat(((RunException) failed).failure().step()).isEqualTo("unique");
            });
    assertThat(all(staging, "users")).containsExactly(new Document("_id", "of staging"));
    assertThat(staging.listCollectionNames())
        .noneMatch(name -> name.contains("_shadow_") || name.contains("_transform_"));
  }

  @Test
  void refusesToChangeWhatIsNotRestored() {
    String other =
        """
        transform:
        - name: joined
          delete:
            collection: users
            pipeline: '[ { $lookup: { from: "elsewhere", localField: "_id", foreignField: "x", as: "y" } }, { $project: { _id: 1 } } ]'
        """;
    assertThatThrownBy(() -> restore(progress -> {}, other, "t"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("'elsewhere'");
    assertThat(staging.listCollectionNames())
        .noneMatch(name -> name.contains("_shadow_") || name.contains("scratch_restore"));
  }

  @Test
  void refusesOverwrite() {
    assertThatThrownBy(
            () ->
                new RestoreRun(
                    Migrations.environment(staging),
                    storage,
                    "b",
                    RestoreMode.Overwrite,
                    RestoreOptions.of(List.of()),
                    steps(ANONYMISE)))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("Overwrite");
  }

  @Test
  void worksOnTheNamesThatCollectionsGet() throws Exception {
    String renamed =
        """
        transform:
        - name: people
          update: {collection: people, update: '{ $set: { email: null } }'}
        """;
    new RestoreRun(
            Migrations.environment(staging),
            storage,
            "b",
            RestoreMode.Swap,
            new RestoreOptions(List.of("users"), Map.of("users", "people"), null, 2),
            steps(renamed))
        .run("t");
    assertThat(all(staging, "people"))
        .hasSize(USERS)
        .allSatisfy(user -> assertThat(user.get("email")).isNull());
    assertThat(all(staging, "users")).hasSize(1);
  }

  private Restored restore(ProgressSink progress, String transform, String tag) throws Exception {
    RunEnvironment environment =
        new RunEnvironment(
            staging,
            progress,
            new StopSignal(),
            "test",
            Duration.ofSeconds(10),
            Duration.ofSeconds(20));
    return new RestoreRun(
            environment,
            storage,
            "b",
            RestoreMode.Swap,
            RestoreOptions.of(List.of()),
            steps(transform))
        .run(tag);
  }

  private static List<CompiledStep> steps(String yaml) throws StrictYaml.InvalidException {
    return TransformCompiler.compile(
        "spec.transform", StrictYaml.read(yaml, Steps.class).transform());
  }

  private static List<Document> all(MongoDatabase database, String name) {
    return database.getCollection(name).find().sort(new Document("_id", 1)).into(new ArrayList<>());
  }
}
