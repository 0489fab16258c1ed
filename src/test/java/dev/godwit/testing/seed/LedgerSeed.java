package dev.godwit.testing.seed;

import com.mongodb.client.MongoDatabase;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bson.Document;

/// Invoices of many organizations, whose lines count in units that people have typed.
public final class LedgerSeed {

  private final Values values;

  private LedgerSeed(long seed) {
    this.values = new Values(seed);
  }

  /// Fills an empty database: the one collection `invoices`, with that many documents.
  public static void fill(MongoDatabase database, long seed, int invoices) {
    LedgerSeed ledger = new LedgerSeed(seed);
    try (Batch batch = new Batch(database, "invoices")) {
      for (int number = 0; number < invoices; number++) {
        batch.add(ledger.invoice(number));
      }
    }
  }

  private Document invoice(int number) {
    Date created = values.moment(700);
    List<Document> lines = new ArrayList<>();
    for (int line = values.below(5); line >= 0; line--) {
      lines.add(
          new Document("sku", "a" + values.below(500))
              .append("unit", values.oneOf("pc", "pcs", "kg", "l"))
              .append("quantity", 1 + values.below(20)));
    }
    return new Document("_id", values.id(created))
        .append("number", number)
        .append("organization", "org-%03d".formatted(values.below(40)))
        .append("lines", lines)
        .append("updated_at", created);
  }
}
