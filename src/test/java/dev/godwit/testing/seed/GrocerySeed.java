package dev.godwit.testing.seed;

import com.mongodb.client.MongoDatabase;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bson.Document;
import org.bson.types.ObjectId;

/// A shop's users, some of whom have given a phone number, and their orders.
public final class GrocerySeed {

  private final Values values;
  private final List<ObjectId> users = new ArrayList<>();

  private GrocerySeed(long seed) {
    this.values = new Values(seed);
  }

  /// Fills an empty database: `users`, that many, and twice as many `orders`.
  public static void fill(MongoDatabase database, long seed, int users) {
    GrocerySeed grocery = new GrocerySeed(seed);
    try (Batch batch = new Batch(database, "users")) {
      for (int number = 0; number < users; number++) {
        batch.add(grocery.user(number));
      }
    }
    try (Batch batch = new Batch(database, "orders")) {
      for (int number = 0; number < 2 * users; number++) {
        batch.add(grocery.order());
      }
    }
  }

  private Document user(int number) {
    String name = values.name();
    ObjectId id = values.id(values.moment(900));
    users.add(id);
    Document user =
        new Document("_id", id).append("name", name).append("email", Values.email(name, number));
    if (values.inPercent(40)) {
      user.append("phone_number", Values.phone(number));
    }
    return user.append("status", values.oneOf("active", "active", "closed"));
  }

  private Document order() {
    Date created = values.moment(400);
    return new Document("_id", values.id(created))
        .append("user_id", users.get(values.below(users.size())))
        .append("items", List.of(new Document("sku", "m" + values.below(50))))
        .append("total_amount", values.below(100_000) / 100.0)
        .append("created_at", created);
  }
}
