package dev.godwit.testing.seed;

import com.mongodb.client.MongoDatabase;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bson.Document;
import org.bson.types.ObjectId;

/// The books of many organizations before they were told apart: thirteen collections whose
/// documents name the user who made them but mostly not the organization, journal entries without a
/// period, and organizations of which some have opened a period by hand.
public final class LedgerSeed {

  /// The collections that are to name the organization.
  public static final List<String> COLLECTIONS =
      List.of(
          "items",
          "invoices",
          "purchases",
          "customers",
          "vendors",
          "payments",
          "expenses",
          "quotations",
          "credit_notes",
          "stock_movements",
          "bank_accounts",
          "tax_rates",
          "attachments");

  private static final int YEAR = 2025;

  private final MongoDatabase database;
  private final Values values;
  private final List<ObjectId> organizations = new ArrayList<>();

  /// User → organization.
  private final Map<ObjectId, ObjectId> users = new TreeMap<>();

  private final List<ObjectId> authors = new ArrayList<>();

  private LedgerSeed(MongoDatabase database, long seed) {
    this.database = database;
    this.values = new Values(seed);
  }

  /// Fills an empty database.
  ///
  /// @param documents in the thirteen collections together; there are five journal entries an
  ///     organization besides
  public static void fill(MongoDatabase database, long seed, int organizations, int documents) {
    LedgerSeed ledger = new LedgerSeed(database, seed);
    ledger.organizations(organizations);
    ledger.journal(5 * organizations);
    for (int i = 0; i < COLLECTIONS.size(); i++) {
      int share = documents / COLLECTIONS.size() + (i < documents % COLLECTIONS.size() ? 1 : 0);
      ledger.collection(COLLECTIONS.get(i), share);
    }
  }

  private void organizations(int count) {
    try (Batch batch = new Batch(database, "organizations");
        Batch people = new Batch(database, "users");
        Batch periods = new Batch(database, "financial_periods")) {
      for (int number = 0; number < count; number++) {
        Date created = values.moment(1_500);
        ObjectId id = values.id(created);
        organizations.add(id);
        batch.add(
            new Document("_id", id)
                .append("name", "Organization %04d".formatted(number))
                .append("currency", values.oneOf("INR", "INR", "EUR"))
                .append("createdAt", created));
        for (int user = values.below(3); user >= 0; user--) {
          people.add(user(id, 3 * number + user));
        }
        if (values.inPercent(6)) {
          periods.add(byHand(id));
        }
      }
    }
  }

  private Document user(ObjectId organization, int number) {
    String name = values.name();
    ObjectId id = values.id(values.moment(1_500));
    users.put(id, organization);
    authors.add(id);
    return new Document("_id", id)
        .append("name", name)
        .append("email", Values.email(name, number))
        .append("organizationId", organization);
  }

  private Document byHand(ObjectId organization) {
    return new Document("_id", values.id(values.moment(200)))
        .append("organizationId", organization)
        .append("name", "This year")
        .append("fiscalYear", YEAR)
        .append("startDate", Date.from(java.time.Instant.parse("2025-04-01T00:00:00Z")))
        .append("endDate", Date.from(java.time.Instant.parse("2026-04-01T00:00:00Z")))
        .append("status", "open");
  }

  private void journal(int entries) {
    try (Batch batch = new Batch(database, "journal_entries")) {
      for (int number = 0; number < entries; number++) {
        Date date = values.day(600);
        double amount = values.below(1_000_000) / 100.0;
        batch.add(
            new Document("_id", values.id(date))
                .append("organizationId", organizations.get(values.below(organizations.size())))
                .append("number", number)
                .append("date", date)
                .append(
                    "lines",
                    List.of(
                        new Document("account", "1000").append("debit", amount),
                        new Document("account", "4000").append("credit", amount))));
      }
    }
  }

  private void collection(String name, int documents) {
    try (Batch batch = new Batch(database, name)) {
      for (int number = 0; number < documents; number++) {
        batch.add(document(name, number));
      }
    }
  }

  /// One in twenty is of a newer version of the application, which names the organization itself.
  private Document document(String collection, int number) {
    Date created = values.moment(700);
    ObjectId author = authors.get(values.below(authors.size()));
    Document document =
        new Document("_id", values.id(created))
            .append("number", number)
            .append("createdBy", author);
    if (values.inPercent(5)) {
      document.append("organizationId", users.get(author));
    }
    switch (collection) {
      case "invoices", "purchases", "quotations", "credit_notes" ->
          document.append("lines", lines()).append("status", values.oneOf("open", "paid", "draft"));
      case "payments", "expenses" -> document.append("amount", values.below(500_000) / 100.0);
      default -> document.append("name", values.name()).append("active", values.inPercent(90));
    }
    return document.append("updatedAt", created);
  }

  /// Lines that count in units that people have typed.
  private List<Document> lines() {
    List<Document> lines = new ArrayList<>();
    for (int line = values.below(5); line >= 0; line--) {
      lines.add(
          new Document("sku", "a" + values.below(500))
              .append("unit", values.oneOf("pc", "pcs", "kg", "l"))
              .append("quantity", 1 + values.below(20)));
    }
    return lines;
  }
}
