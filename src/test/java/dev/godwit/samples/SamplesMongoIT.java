package dev.godwit.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.MongoBackupSpec;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.backup.BackupManifest;
import dev.godwit.engine.backup.Dump;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import dev.godwit.testing.seed.DeliverySeed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Samples that are no playbooks do on data what they say: backups, the migration that is to fail,
/// and the one that a compatible server cannot run. [PlaybooksMongoIT] runs the others.
class SamplesMongoIT {

  private static final String INDEXES = "delivery/003-indexes.yaml";
  private static final String CENTS = "verification-fails/delivery-006-amounts-in-cents.yaml";

  private MongoDatabase database;
  private SampleRuns runs;

  @BeforeEach
  void newDatabase() {
    database = MongoServer.newDatabase();
    runs = new SampleRuns(database);
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  /// Backups, and the template of a schedule.
  static Map<String, MongoBackupSpec> backups() throws IOException {
    YAMLMapper yaml = new YAMLMapper();
    Map<String, MongoBackupSpec> specs = new LinkedHashMap<>();
    for (String sample : SampleRuns.of("backups")) {
      JsonNode manifest = yaml.readTree(SampleRuns.SAMPLES.resolve(sample).toFile());
      JsonNode spec =
          switch (manifest.get("kind").asText()) {
            case "MongoBackup" -> manifest.get("spec");
            case "MongoBackupSchedule" -> manifest.at("/spec/template");
            default -> null;
          };
      if (spec != null) {
        specs.put(sample, yaml.treeToValue(spec, MongoBackupSpec.class));
      }
    }
    return specs;
  }

  static Stream<String> samplesOfBackups() throws IOException {
    return backups().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("samplesOfBackups")
  void isBackedUpAndReadBack(String sample, @TempDir Path folder) throws IOException {
    MongoBackupSpec spec = backups().get(sample);
    List<String> wanted = spec.target().collections();
    runs.fill(spec.target().database());
    int all = Snapshots.of(database).size();

    BackupManifest written =
        new Dump(database, new FileSystemStorage(folder), progress -> {}, new StopSignal())
            .run(
                "sample",
                wanted == null ? List.of() : wanted,
                spec.compressionOrDefault(),
                spec.verificationOrDefault());

    assertThat(written.summary("sample"))
        .satisfies(
            it -> assertThat(it.collections()).isEqualTo(wanted == null ? all : wanted.size()))
        .satisfies(it -> assertThat(it.documents()).isPositive())
        .satisfies(it -> assertThat(it.verified()).isTrue());
  }

  @Test
  void refusesBillsWithoutCentsAndTakesEverythingBack() throws IOException {
    DeliverySeed.fill(database, 4, 300);
    assertThat(runs.apply(INDEXES, 0).verdict()).isEqualTo(Verdict.Applied);
    Map<String, String> before = Snapshots.of(database);

    RunResult failed = runs.apply(CENTS, 0);

    assertThat(failed.verdict()).isEqualTo(Verdict.VerificationFailed);
    assertThat(failed.failure().step()).isEqualTo("every-bill-has-cents");
    assertThat(failed.failure().message()).contains("'billing_records' has 1 documents");
    assertThat(Snapshots.of(database)).isNotEqualTo(before);
    assertThat(runs.rollback(CENTS, 0).verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void billsGetCentsOnceTheDataAreCorrected() throws IOException {
    DeliverySeed.fill(database, 5, 300);
    database
        .getCollection("billing_records")
        .updateMany(
            BsonDocument.parse("{amount: null}"), BsonDocument.parse("{$set: {amount: 12.34}}"));

    assertThat(runs.apply(CENTS, 0).verdict()).isEqualTo(Verdict.Applied);

    assertThat(
            database
                .getCollection("billing_records")
                .countDocuments(
                    BsonDocument.parse("{amount_cents: 1234, amount: {$exists: false}}")))
        .isPositive();
  }

  @Test
  void whatTheServerCannotDoIsSaidAndTheDataAreAsBefore() throws IOException {
    assumeThat(MongoServer.isMongoDb())
        .as("a server without collations and hidden indexes")
        .isFalse();
    runs.fill("bookshop");
    Map<String, String> before = Snapshots.of(database);

    assertThat(failure(SampleRuns.MONGODB_ONLY).message()).contains("collation");

    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  /// Why a sample was refused, or failed and was taken back.
  private Failure failure(String sample) throws IOException {
    try {
      RunResult failed = runs.apply(sample, 0);
      assertThat(failed.verdict()).isEqualTo(Verdict.StepFailed);
      assertThat(runs.rollback(sample, 0).verdict()).isEqualTo(Verdict.RolledBack);
      return failed.failure();
    } catch (RunException refused) {
      assertThat(refused.verdict()).isEqualTo(Verdict.Refused);
      return refused.failure();
    }
  }

  @Test
  void languagesGetOneFormWhateverTheirCase() throws IOException {
    assumeThat(MongoServer.isMongoDb()).as("collations and hidden indexes").isTrue();
    runs.fill("bookshop");
    Map<String, String> before = Snapshots.of(database);

    assertThat(runs.apply(SampleRuns.MONGODB_ONLY, 0).verdict()).isEqualTo(Verdict.Applied);

    assertThat(
            database
                .getCollection("books")
                .distinct("language", String.class)
                .into(new java.util.TreeSet<>()))
        .containsExactly("de", "en", "hi");
    assertThat(runs.rollback(SampleRuns.MONGODB_ONLY, 0).verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }
}
