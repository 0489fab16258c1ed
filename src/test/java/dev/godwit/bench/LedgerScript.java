package dev.godwit.bench;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Indexes;
import dev.godwit.testing.seed.LedgerSeed;
import org.bson.Document;

/// The ledger's second playbook as its authors had it: a script that goes from document to
/// document, looks its user up and updates it, and pauses for 100 ms after each 1,000. It checks
/// nothing, and nothing takes it back.
final class LedgerScript {

  private static final int BATCH = 1_000;
  private static final long PAUSE_MS = 100;
  private static final Document WITHOUT =
      new Document("organizationId", new Document("$exists", false));

  private LedgerScript() {}

  static void run(MongoDatabase database) throws InterruptedException {
    MongoCollection<Document> users = database.getCollection("users");
    for (String name : LedgerSeed.COLLECTIONS) {
      MongoCollection<Document> collection = database.getCollection(name);
      int done = 0;
      for (Document document : collection.find(WITHOUT).batchSize(BATCH)) {
        Document user = users.find(new Document("_id", document.get("createdBy"))).first();
        collection.updateOne(
            new Document("_id", document.get("_id")),
            new Document("$set", new Document("organizationId", user.get("organizationId"))));
        if (++done % BATCH == 0) {
          Thread.sleep(PAUSE_MS);
        }
      }
      Thread.sleep(PAUSE_MS);
      collection.createIndex(Indexes.ascending("organizationId"));
    }
  }
}
