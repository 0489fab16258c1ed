package dev.godwit.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.StepOutcome;
import dev.godwit.engine.RunException;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Snapshots;
import dev.godwit.testing.seed.AccountsSeed;
import dev.godwit.testing.seed.DeliverySeed;
import dev.godwit.testing.seed.GrocerySeed;
import dev.godwit.testing.seed.LedgerSeed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the playbooks do to documents, worked out once more by other means.
class PlaybookOutcomesMongoIT {

  private static final List<String> FIELDS_OF_AUDIT =
      List.of(
          "confirmed_by_user_id",
          "confirmed_by_name",
          "confirmed_at",
          "confirmation_method",
          "ip_address",
          "device_info");

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

  // --- delivery

  @Test
  void ordersNameTheirCustomersYoungestSubscriptionThatHadBegun() throws IOException {
    DeliverySeed.fill(database, 1, 250);
    Map<ObjectId, Document> before = byId("orders");
    Map<ObjectId, Document> subscriptions = byId("subscriptions_v2");

    RunResult result = apply("delivery/001-subscription-of-orders.yaml");

    int linked = 0;
    int oneTime = 0;
    for (Document order : byId("orders").values()) {
      Document old = before.get(order.getObjectId("_id"));
      Object expected =
          old.containsKey("subscription_id")
              ? old.get("subscription_id")
              : subscriptions.values().stream()
                  .filter(it -> it.get("customer_id").equals(old.get("customer_id")))
                  .filter(it -> !it.getDate("start_date").after(old.getDate("delivery_date")))
                  .max(
                      Comparator.comparing((Document it) -> it.getDate("start_date"))
                          .thenComparing(it -> it.getObjectId("_id"), Comparator.reverseOrder()))
                  .map(it -> (Object) it.getObjectId("_id"))
                  .orElse(null);
      assertThat(order).containsEntry("subscription_id", expected);
      if (!old.containsKey("subscription_id")) {
        linked += expected == null ? 0 : 1;
        oneTime += expected == null ? 1 : 0;
      }
    }
    assertThat(List.of(linked, oneTime)).allMatch(count -> count > 20);
    assertThat(step(result, "link").changed()).isEqualTo(linked);
    assertThat(step(result, "one-time").changed()).isEqualTo(oneTime);
  }

  @Test
  void deliveriesWithoutAnOrderAreCountedAsOrphans() throws IOException {
    DeliverySeed.fill(database, 2, 250);
    Map<ObjectId, Document> orders = byId("orders");

    RunResult result = apply("delivery/002-orders-of-deliveries.yaml");

    int orphans = 0;
    for (Document delivery : byId("delivery_statuses").values()) {
      Optional<ObjectId> expected =
          orders.values().stream()
              .filter(it -> it.get("customer_id").equals(delivery.get("customer_id")))
              .filter(it -> it.get("delivery_date").equals(delivery.get("delivery_date")))
              .map(it -> it.getObjectId("_id"))
              .min(Comparator.naturalOrder());
      assertThat(delivery).containsEntry("order_id", expected.orElse(null));
      orphans += expected.isEmpty() ? 1 : 0;
    }
    assertThat(orphans).isPositive();
    assertThat(step(result, "orphans").changed()).isEqualTo(orphans);
  }

  @Test
  void createsFourteenIndexesLessTheOneThatIsThere() throws IOException {
    DeliverySeed.fill(database, 3, 300);

    RunResult applied = apply("delivery/003-indexes.yaml");

    assertThat(applied.outcome().stream().mapToLong(StepOutcome::changed).sum()).isEqualTo(13);
    assertThat(step(applied, "users").skipped()).isEqualTo(1);
  }

  @Test
  void usersAndCustomersWithoutAPhoneAreNotLinked() throws IOException {
    DeliverySeed.fill(database, 4, 400);

    apply("delivery/004-users-and-customers.yaml");

    Map<ObjectId, Document> users = byId("users");
    Map<ObjectId, Document> customers = byId("customers_v2");
    Map<String, ObjectId> oldestOfPhone = new HashMap<>();
    users.values().stream()
        .filter(user -> user.getString("phone") != null)
        .forEach(
            user -> oldestOfPhone.putIfAbsent(user.getString("phone"), user.getObjectId("_id")));
    Map<ObjectId, ObjectId> customerOfUser = new HashMap<>();
    for (Document customer : customers.values()) {
      ObjectId user =
          customer.getString("phone") == null
              ? null
              : oldestOfPhone.get(customer.getString("phone"));
      assertThat(customer).containsEntry("user_id", user);
      if (user != null) {
        customerOfUser.put(user, customer.getObjectId("_id"));
      }
    }
    users.forEach(
        (id, user) -> assertThat(user).containsEntry("customer_v2_id", customerOfUser.get(id)));
    assertThat(users.values()).anyMatch(user -> user.get("phone") == null);
    assertThat(customers.values()).anyMatch(customer -> customer.get("phone") == null);
    assertThat(users.values())
        .as("users who share their phone with the one that is linked")
        .anyMatch(
            user ->
                user.get("customer_v2_id") == null
                    && customerOfUser.containsKey(oldestOfPhone.get(user.getString("phone"))));
  }

  @Test
  void addsAuditFieldsAndKeepsTheConfirmationsThatAreThere() throws IOException {
    DeliverySeed.fill(database, 5, 300);
    Map<BsonValue, BsonDocument> before = documents("delivery_statuses");

    apply("delivery/005-audit-fields.yaml");

    Map<BsonValue, BsonDocument> after = documents("delivery_statuses");
    assertThat(after).hasSameSizeAs(before);
    before.forEach(
        (id, old) -> {
          BsonDocument expected = old.clone();
          FIELDS_OF_AUDIT.forEach(field -> expected.putIfAbsent(field, BsonNull.VALUE));
          assertThat(after.get(id)).isEqualTo(expected);
        });
  }

  // --- ledger

  @Test
  void organizationsWithTwoPeriodsAreNamedBeforeAnythingIsChanged() throws IOException {
    LedgerSeed.fill(database, 6, 80, 130);
    Document byHand = database.getCollection("financial_periods").find().first();
    byHand.put("_id", "again");
    byHand.put("fiscalYear", 2024);
    database.getCollection("financial_periods").insertOne(byHand);
    String name = byId("organizations").get(byHand.getObjectId("organizationId")).getString("name");
    Map<String, String> before = Snapshots.of(database);

    assertThatThrownBy(() -> apply("ledger/001-financial-periods.yaml"))
        .isInstanceOfSatisfying(
            RunException.class, refused -> assertThat(refused.verdict()).isEqualTo(Verdict.Refused))
        .hasMessageContaining("no-organization-with-two-periods")
        .hasMessageContaining(name);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void everyOrganizationHasOnePeriodAndEveryEntryTheOneOfItsOrganization() throws IOException {
    LedgerSeed.fill(database, 7, 120, 130);
    List<Document> byHand = list("financial_periods");

    RunResult result = apply("ledger/001-financial-periods.yaml");

    assertThat(byHand).isNotEmpty();
    assertThat(step(result, "periods").changed()).isEqualTo(120 - byHand.size());
    List<Document> periods = list("financial_periods");
    assertThat(periods).hasSize(120).containsAll(byHand);
    Map<ObjectId, Object> periodOf = new HashMap<>();
    periods.forEach(it -> periodOf.put(it.getObjectId("organizationId"), it.get("_id")));
    assertThat(periodOf).hasSize(120);
    assertThat(list("journal_entries"))
        .hasSize(600)
        .allSatisfy(
            entry ->
                assertThat(entry)
                    .containsEntry("periodId", periodOf.get(entry.getObjectId("organizationId"))));
  }

  @Test
  void documentsOfThirteenCollectionsGetTheOrganizationOfTheirUser() throws IOException {
    LedgerSeed.fill(database, 8, 50, 1_300);
    Map<ObjectId, Document> users = byId("users");

    apply("ledger/002-organization-of-documents.yaml");

    for (String collection : LedgerSeed.COLLECTIONS) {
      assertThat(list(collection))
          .hasSize(100)
          .allSatisfy(
              document ->
                  assertThat(document)
                      .containsEntry(
                          "organizationId",
                          users.get(document.getObjectId("createdBy")).get("organizationId")));
    }
  }

  @Test
  void documentsOfAUserWhoIsGoneAreFoundBeforeAnythingIsChanged() throws IOException {
    LedgerSeed.fill(database, 9, 20, 260);
    ObjectId orphan = new ObjectId();
    database
        .getCollection("vendors")
        .insertOne(new Document("_id", orphan).append("createdBy", new ObjectId()));
    Map<String, String> before = Snapshots.of(database);

    assertThatThrownBy(() -> apply("ledger/002-organization-of-documents.yaml"))
        .hasMessageContaining("vendors-users-are-there")
        .hasMessageContaining(orphan.toHexString());
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  // --- grocery

  @Test
  void leavesRolesAndPhoneNumbersThatAreThere() throws IOException {
    GrocerySeed.fill(database, 10, 300);
    BsonDocument byHand = BsonDocument.parse("{_id: 1, name: 'staff', permissions: ['own']}");
    database.getCollection("roles", BsonDocument.class).insertOne(byHand);
    Map<BsonValue, BsonDocument> before = documents("users");

    apply("grocery/001-access-control.yaml");
    apply("grocery/002-two-factor.yaml");

    assertThat(documents("roles")).hasSize(3).containsEntry(byHand.get("_id"), byHand);
    Map<BsonValue, BsonDocument> after = documents("users");
    assertThat(before.values()).anyMatch(user -> user.containsKey("phone_number"));
    before.forEach(
        (id, old) ->
            assertThat(after.get(id).get("phone_number"))
                .isEqualTo(old.getOrDefault("phone_number", BsonNull.VALUE)));
  }

  @Test
  void runningItAgainMakesNoRoleTwice() throws IOException {
    GrocerySeed.fill(database, 11, 50);
    apply("grocery/001-access-control.yaml");
    List<Document> roles = list("roles");

    // Another version of the same steps: one that is applied already would not be run at all.
    RunResult again =
        runs.apply(
            SampleRuns.changelog(
                "grocery/001-access-control.yaml", spec -> spec.put("version", "9")));

    assertThat(again.verdict()).isEqualTo(Verdict.Applied);
    assertThat(step(again, "default-roles").changed()).isZero();
    assertThat(list("roles")).isEqualTo(roles);
  }

  @Test
  void anOrderWithoutItsUserIsFoundBeforeAnythingIsChanged() throws IOException {
    GrocerySeed.fill(database, 12, 50);
    Object buyer = database.getCollection("orders").find().first().get("user_id");
    database.getCollection("users").deleteOne(new Document("_id", buyer));
    Map<String, String> before = Snapshots.of(database);

    assertThatThrownBy(() -> apply("grocery/001-access-control.yaml"))
        .hasMessageContaining("who-is-there");
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  // --- accounts

  @Test
  void usersWithoutAFirstNameAreSkippedAndCounted() throws IOException {
    AccountsSeed.fill(database, 13, 700);
    Map<ObjectId, Document> before = byId("users");

    StepOutcome outcome = step(apply("accounts/001-split-names.yaml"), "split");

    int skipped = 0;
    Map<ObjectId, Document> after = byId("users");
    for (Document old : before.values()) {
      String name = old.getString("full_name") == null ? "" : old.getString("full_name").strip();
      Document expected = new Document(old);
      if (name.isEmpty()) {
        skipped++;
      } else {
        String[] words = name.split(" +", 2);
        expected.append("first_name", words[0]);
        expected.append("last_name", words.length == 1 ? "" : words[1]);
      }
      assertThat(after.get(old.getObjectId("_id"))).isEqualTo(expected);
    }
    assertThat(skipped).isPositive();
    assertThat(outcome.matched() - outcome.changed()).isEqualTo(skipped);
  }

  @Test
  void theOldestAccountOfAnAddressStaysAndGetsTheOrdersOfTheOthers() throws IOException {
    AccountsSeed.fill(database, 14, 1_500);
    Map<ObjectId, Document> users = byId("users");
    Map<ObjectId, Document> orders = byId("orders");
    Map<String, ObjectId> oldest = new HashMap<>();
    users.forEach((id, user) -> address(user).ifPresent(it -> oldest.putIfAbsent(it, id)));

    apply("accounts/003-normalise-emails.yaml");

    Map<ObjectId, Document> left = byId("users");
    users.forEach(
        (id, user) -> {
          Optional<String> address = address(user);
          if (address.isPresent() && !oldest.get(address.get()).equals(id)) {
            assertThat(left).doesNotContainKey(id);
          } else {
            Document expected = new Document(user);
            address.ifPresent(it -> expected.put("email", it));
            assertThat(left.get(id)).isEqualTo(expected);
          }
        });
    assertThat(left).hasSizeLessThan(users.size());
    byId("orders")
        .forEach(
            (id, order) -> {
              Document expected = new Document(orders.get(id));
              ObjectId owner = expected.getObjectId("customer_id");
              address(users.get(owner))
                  .ifPresent(it -> expected.put("customer_id", oldest.get(it)));
              assertThat(order).isEqualTo(expected);
            });
  }

  @Test
  void whenACheckFailsDeletedAccountsAndTheirOrdersArePutBack() throws IOException {
    AccountsSeed.fill(database, 15, 800);
    Map<String, String> before = Snapshots.of(database);
    var failing =
        SampleRuns.changelog(
            "accounts/003-normalise-emails.yaml",
            spec ->
                spec.withObject("/verify")
                    .withArray("checks")
                    .addObject()
                    .put("name", "never")
                    .putObject("count")
                    .put("collection", "users")
                    .put("max", 1));

    RunResult result = runs.apply(failing);

    assertThat(result.verdict()).isEqualTo(Verdict.VerificationFailed);
    assertThat(step(result, "duplicates").changed()).isPositive();
    assertThat(runs.rollback(failing).verdict()).isEqualTo(Verdict.RolledBack);
    assertThat(Snapshots.of(database)).isEqualTo(before);
  }

  @Test
  void ordersOfTheOldVersionGetTheirTaxBeforeItIsRequired() throws IOException {
    AccountsSeed.fill(database, 16, 200);
    apply("accounts/002-tax-amount.yaml");
    BsonDocument straggler = BsonDocument.parse("{_id: 1, customer_id: 1, total_amount: 12.5}");
    database.getCollection("orders", BsonDocument.class).insertOne(straggler);

    RunResult result = apply("accounts/004-require-tax-amount.yaml");

    assertThat(step(result, "stragglers").changed()).isEqualTo(1);
    assertThat(documents("orders").get(straggler.get("_id")).getNumber("tax_amount").doubleValue())
        .isEqualTo(1.0);
    assertThatThrownBy(
            () ->
                database
                    .getCollection("orders")
                    .insertOne(new Document("_id", 2).append("total_amount", 1)))
        .as("an order without a tax amount")
        .isInstanceOf(MongoWriteException.class);
  }

  // --- What they share

  private RunResult apply(String sample) throws IOException {
    RunResult result = runs.apply(sample, 0);
    assertThat(result.failure()).as(sample).isNull();
    assertThat(result.verdict()).as(sample).isEqualTo(Verdict.Applied);
    return result;
  }

  private static StepOutcome step(RunResult result, String name) {
    return result.outcome().stream().filter(it -> it.step().equals(name)).findFirst().orElseThrow();
  }

  private static Optional<String> address(Document user) {
    return Optional.ofNullable(user.getString("email"))
        .map(it -> it.strip().toLowerCase(Locale.ROOT));
  }

  private List<Document> list(String collection) {
    return database
        .getCollection(collection)
        .find()
        .sort(new Document("_id", 1))
        .into(new ArrayList<>());
  }

  private Map<ObjectId, Document> byId(String collection) {
    Map<ObjectId, Document> documents = new TreeMap<>();
    list(collection).forEach(document -> documents.put(document.getObjectId("_id"), document));
    return documents;
  }

  private Map<BsonValue, BsonDocument> documents(String collection) {
    Map<BsonValue, BsonDocument> documents = new HashMap<>();
    database
        .getCollection(collection, BsonDocument.class)
        .find()
        .forEach(document -> documents.put(document.get("_id"), document));
    return documents;
  }
}
