package dev.godwit.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.MongoBackupSpec;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.backup.BackupManifest;
import dev.godwit.engine.backup.Dump;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.ManifestCompiler;
import dev.godwit.engine.run.ApplyRun;
import dev.godwit.engine.run.RollbackRun;
import dev.godwit.engine.run.RunEnvironment;
import dev.godwit.engine.storage.FileSystemStorage;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import dev.godwit.testing.seed.AccountsSeed;
import dev.godwit.testing.seed.BookshopSeed;
import dev.godwit.testing.seed.DeliverySeed;
import dev.godwit.testing.seed.GrocerySeed;
import dev.godwit.testing.seed.LedgerSeed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The samples do on data what they say: every one is applied, verified, taken back to the byte and
/// applied again.
class SamplesMongoIT {

  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Path SAMPLES = Path.of("deploy/samples");
  private static final String ACCESS_CONTROL = "grocery/001-access-control.yaml";
  private static final String TWO_FACTOR = "grocery/002-two-factor.yaml";
  private static final String INDEXES = "delivery/003-indexes.yaml";
  private static final String AUDIT_FIELDS = "delivery/005-audit-fields.yaml";
  private static final String EMAILS = "accounts/003-normalise-emails.yaml";
  private static final String CENTS = "verification-fails/delivery-006-amounts-in-cents.yaml";
  private static final List<String> FIELDS_OF_AUDIT =
      List.of(
          "confirmed_by_user_id",
          "confirmed_by_name",
          "confirmed_at",
          "confirmation_method",
          "ip_address",
          "device_info");

  private MongoDatabase database;

  @BeforeEach
  void newDatabase() {
    database = MongoServer.newDatabase();
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  static List<String> migrations() throws IOException {
    return samples().filter(sample -> !sample.startsWith("backups/")).toList();
  }

  static List<String> backups() throws IOException {
    return samples().filter(sample -> sample.startsWith("backups/")).toList();
  }

  private static Stream<String> samples() throws IOException {
    try (Stream<Path> files = Files.walk(SAMPLES)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .map(file -> SAMPLES.relativize(file).toString())
          .sorted()
          .toList()
          .stream();
    }
  }

  /// The data that a sample is for.
  private void fill(String databaseName) {
    switch (databaseName) {
      case "accounts" -> AccountsSeed.fill(database, 7, 500);
      case "bookshop" -> BookshopSeed.fill(database, 7, 300);
      case "delivery" -> DeliverySeed.fill(database, 7, 200);
      case "grocery" -> GrocerySeed.fill(database, 7, 500);
      case "ledger" -> LedgerSeed.fill(database, 7, 40, 1_300);
      default -> throw new AssertionError("no data for " + databaseName);
    }
  }

  @ParameterizedTest
  @MethodSource("migrations")
  void isAppliedAndTakenBackToTheByteAndAppliedAgain(String sample) throws IOException {
    fill(YAML.readTree(SAMPLES.resolve(sample).toFile()).at("/spec/target/database").asText());
    if (!sample.equals(CENTS)) {
      thereAndBackAndThereAgain(sample);
      return;
    }
    Map<String, String> before = Snapshots.of(database);
    assertThat(apply(changelog(sample, 0)).verdict()).isEqualTo(Verdict.VerificationFailed);
    assertThat(rollback(changelog(sample, 0)).verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("backups")
  void isBackedUpAndReadBack(String sample, @TempDir Path folder) throws IOException {
    JsonNode manifest = YAML.readTree(SAMPLES.resolve(sample).toFile());
    MongoBackupSpec spec = YAML.treeToValue(manifest.get("spec"), MongoBackupSpec.class);
    fill(spec.target().database());

    BackupManifest written =
        new Dump(database, new FileSystemStorage(folder), progress -> {}, new StopSignal())
            .run(
                "sample",
                spec.target().collections(),
                spec.compressionOrDefault(),
                spec.verificationOrDefault());

    assertThat(written.summary("sample"))
        .satisfies(it -> assertThat(it.collections()).isEqualTo(spec.target().collections().size()))
        .satisfies(it -> assertThat(it.documents()).isPositive())
        .satisfies(it -> assertThat(it.verified()).isTrue());
  }

  @Test
  void leavesRolesAndPhoneNumbersThatAreThere() throws IOException {
    GrocerySeed.fill(database, 8, 300);
    BsonDocument byHand = BsonDocument.parse("{_id: 1, name: 'staff', permissions: ['own']}");
    database.getCollection("roles", BsonDocument.class).insertOne(byHand);
    Map<BsonValue, BsonDocument> before = documents("users");

    assertThat(apply(changelog(ACCESS_CONTROL, 0)).failure()).isNull();
    assertThat(apply(changelog(TWO_FACTOR, 0)).failure()).isNull();

    assertThat(documents("roles")).hasSize(3).containsEntry(byHand.get("_id"), byHand);
    Map<BsonValue, BsonDocument> after = documents("users");
    assertThat(before.values()).anyMatch(user -> user.containsKey("phone_number"));
    before.forEach(
        (id, old) ->
            assertThat(after.get(id).get("phone_number"))
                .isEqualTo(old.getOrDefault("phone_number", BsonNull.VALUE)));
  }

  @Test
  void createsFourteenIndexesLessTheOneThatIsThere() throws IOException {
    DeliverySeed.fill(database, 1, 300);

    RunResult applied = thereAndBackAndThereAgain(INDEXES);

    assertThat(applied.outcome().stream().mapToLong(step -> step.changed()).sum()).isEqualTo(13);
    assertThat(applied.outcome())
        .filteredOn(step -> step.step().equals("users"))
        .singleElement()
        .satisfies(step -> assertThat(step.skipped()).isEqualTo(1));
  }

  @Test
  void addsAuditFieldsAndKeepsTheConfirmationsThatAreThere() throws IOException {
    DeliverySeed.fill(database, 2, 300);
    Map<BsonValue, BsonDocument> before = documents("delivery_statuses");

    thereAndBackAndThereAgain(AUDIT_FIELDS);

    Map<BsonValue, BsonDocument> after = documents("delivery_statuses");
    assertThat(after).hasSameSizeAs(before);
    before.forEach(
        (id, old) -> {
          BsonDocument expected = old.clone();
          FIELDS_OF_AUDIT.forEach(field -> expected.putIfAbsent(field, BsonNull.VALUE));
          assertThat(after.get(id)).isEqualTo(expected);
        });
  }

  @Test
  void normalisesEmailsAndTouchesNothingElse() throws IOException {
    AccountsSeed.fill(database, 3, 3_000);
    Map<BsonValue, BsonDocument> before = documents("users");

    thereAndBackAndThereAgain(EMAILS);

    Map<BsonValue, BsonDocument> after = documents("users");
    assertThat(after).hasSameSizeAs(before);
    before.forEach(
        (id, old) -> {
          BsonDocument expected = old.clone();
          if (old.containsKey("email")) {
            String email = old.getString("email").getValue().strip().toLowerCase(Locale.ROOT);
            expected.put("email", new BsonString(email));
          }
          assertThat(after.get(id)).isEqualTo(expected);
        });
  }

  @Test
  void refusesBillsWithoutCentsAndTakesEverythingBack() throws IOException {
    DeliverySeed.fill(database, 4, 300);
    assertThat(apply(changelog(INDEXES, 0)).verdict()).isEqualTo(Verdict.Applied);
    Map<String, String> before = Snapshots.of(database);

    RunResult failed = apply(changelog(CENTS, 0));

    assertThat(failed.verdict()).isEqualTo(Verdict.VerificationFailed);
    assertThat(failed.failure().step()).isEqualTo("every-bill-has-cents");
    assertThat(failed.failure().message()).contains("'billing_records' has 1 documents");
    assertThat(Snapshots.of(database)).isNotEqualTo(before);
    assertThat(rollback(changelog(CENTS, 0)).verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void billsGetCentsOnceTheDataAreCorrected() throws IOException {
    DeliverySeed.fill(database, 5, 300);
    database
        .getCollection("billing_records")
        .updateMany(
            BsonDocument.parse("{amount: null}"), BsonDocument.parse("{$set: {amount: 12.34}}"));

    thereAndBackAndThereAgain(CENTS);

    assertThat(
            database
                .getCollection("billing_records")
                .countDocuments(
                    BsonDocument.parse("{amount_cents: 1234, amount: {$exists: false}}")))
        .isPositive();
  }

  @Test
  void aWholeSetIsTakenBackInReverseOrder() throws IOException {
    DeliverySeed.fill(database, 6, 300);
    Map<String, String> before = Snapshots.of(database);
    apply(changelog(INDEXES, 0));
    apply(changelog(AUDIT_FIELDS, 0));

    assertThat(rollback(changelog(AUDIT_FIELDS, 0)).verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(rollback(changelog(INDEXES, 0)).verdict()).isEqualTo(Verdict.RolledBack);

    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  /// @return the result of the first time
  private RunResult thereAndBackAndThereAgain(String sample) throws IOException {
    Map<String, String> before = Snapshots.of(database);
    RunResult applied = apply(changelog(sample, 0));
    assertThat(applied.failure()).isNull();
    assertThat(applied.verdict()).isEqualTo(Verdict.Applied);
    Map<String, String> after = Snapshots.of(database);
    assertThat(after).isNotEqualTo(before);

    assertThat(rollback(changelog(sample, 0)).verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).as("taken back").isEqualTo(before);

    assertThat(apply(changelog(sample, 1)).verdict()).isEqualTo(Verdict.Applied);
    assertThat(Snapshots.of(database)).as("applied again").isEqualTo(after);
    return applied;
  }

  private Map<BsonValue, BsonDocument> documents(String collection) {
    Map<BsonValue, BsonDocument> documents = new HashMap<>();
    database
        .getCollection(collection, BsonDocument.class)
        .find()
        .forEach(document -> documents.put(document.get("_id"), document));
    return documents;
  }

  private static Changelog changelog(String sample, int retry) throws IOException {
    JsonNode manifest = YAML.readTree(SAMPLES.resolve(sample).toFile());
    ObjectNode spec = (ObjectNode) manifest.get("spec");
    spec.put("retry", retry);
    return ManifestCompiler.compile(YAML.treeToValue(spec, MongoMigrationSpec.class));
  }

  private RunResult apply(Changelog changelog) {
    return new ApplyRun(environment(), changelog).run();
  }

  private RunResult rollback(Changelog changelog) {
    return new RollbackRun(environment(), changelog, Optional.empty()).run();
  }

  private RunEnvironment environment() {
    return new RunEnvironment(
        database,
        progress -> {},
        new StopSignal(),
        "test",
        Duration.ofSeconds(10),
        Duration.ofSeconds(20));
  }
}
