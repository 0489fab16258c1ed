package dev.godwit.testing.seed;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import java.util.function.Consumer;

/// Fills the databases `delivery` and `accounts` anew, what was in them is dropped: `SeedShop URI
/// SEED`. Prints a line a collection.
public final class SeedShop {

  private static final int CUSTOMERS = 6_000;
  private static final int ACCOUNTS = 20_000;

  private SeedShop() {}

  public static void main(String[] arguments) {
    if (arguments.length != 2) {
      System.err.println("usage: SeedShop URI SEED");
      System.exit(2);
    }
    long seed = Long.parseLong(arguments[1]);
    try (MongoClient client = Server.connect(arguments[0])) {
      long documents =
          fill(client, "delivery", database -> DeliverySeed.fill(database, seed, CUSTOMERS))
              + fill(client, "accounts", database -> AccountsSeed.fill(database, seed, ACCOUNTS));
      System.out.printf("%,d documents from seed %d%n", documents, seed);
    }
  }

  private static long fill(MongoClient client, String name, Consumer<MongoDatabase> filler) {
    MongoDatabase database = client.getDatabase(name);
    database.drop();
    filler.accept(database);
    long total = 0;
    for (String collection : database.listCollectionNames()) {
      long documents = database.getCollection(collection).countDocuments();
      System.out.printf("%-30s %,7d%n", name + "." + collection, documents);
      total += documents;
    }
    return total;
  }
}
