package dev.godwit.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.ManifestCompiler;
import dev.godwit.engine.run.ApplyRun;
import dev.godwit.engine.run.RollbackRun;
import dev.godwit.engine.run.RunEnvironment;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import dev.godwit.testing.seed.AccountsSeed;
import dev.godwit.testing.seed.DeliverySeed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The samples do on data what they say: applied, verified, taken back to the byte, applied again.
class SamplesMongoIT {

  private static final YAMLMapper YAML = new YAMLMapper();
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
    JsonNode manifest = YAML.readTree(Path.of("deploy/samples", sample).toFile());
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
