package dev.godwit.testing.seed;

import com.mongodb.client.MongoDatabase;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import org.bson.Document;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;

/// The users of a web application whose sign-up form never looked closely, and what they ordered:
/// e-mail addresses in mixed case and with white space around them, the same person twice, users
/// who have none; names of one word, of three, with white space around them, empty, null, missing;
/// amounts that are doubles, integers and decimals.
public final class AccountsSeed {

  private final Values values;
  private final List<ObjectId> users = new ArrayList<>();
  private final List<String> emails = new ArrayList<>();

  private AccountsSeed(long seed) {
    this.values = new Values(seed);
  }

  /// Fills an empty database: `users`, that many, and twice as many `orders`.
  public static void fill(MongoDatabase database, long seed, int users) {
    AccountsSeed accounts = new AccountsSeed(seed);
    try (Batch batch = new Batch(database, "users")) {
      for (int number = 0; number < users; number++) {
        batch.add(accounts.user(number));
      }
    }
    try (Batch batch = new Batch(database, "orders")) {
      for (int number = 0; number < 2 * users; number++) {
        batch.add(accounts.order());
      }
    }
  }

  private Document user(int number) {
    Date created = values.moment(1_500);
    String name = values.name();
    ObjectId id = values.id(created);
    users.add(id);
    Document user = new Document("_id", id);
    fullName(user, name);
    if (!values.inPercent(1)) {
      boolean again = !emails.isEmpty() && values.inPercent(4);
      String email = again ? emails.get(values.below(emails.size())) : Values.email(name, number);
      emails.add(email);
      user.append("email", typed(email));
    }
    return user.append("status", values.oneOf("active", "active", "invited", "closed"))
        .append("created_at", created);
  }

  private void fullName(Document user, String name) {
    switch (values.below(40)) {
      case 0 -> {}
      case 1 -> user.append("full_name", null);
      case 2 -> user.append("full_name", values.oneOf("", "  "));
      case 3, 4 -> user.append("full_name", name.substring(0, name.indexOf(' ')));
      case 5 -> user.append("full_name", name.replace(" ", " van der "));
      case 6 -> user.append("full_name", "  " + name.replace(" ", "   ") + " ");
      default -> user.append("full_name", name);
    }
  }

  /// An address as people type it.
  private String typed(String email) {
    return switch (values.below(6)) {
      case 0 -> Character.toUpperCase(email.charAt(0)) + email.substring(1);
      case 1 -> email.toUpperCase(Locale.ROOT);
      case 2 -> " " + email;
      case 3 -> email.replace("@e", "@E") + " \t";
      default -> email;
    };
  }

  private Document order() {
    Date created = values.moment(400);
    Document order =
        new Document("_id", values.id(created))
            .append("customer_id", users.get(values.below(users.size())))
            .append("items", List.of(new Document("sku", "m" + values.below(50))))
            .append("total_amount", amount());
    if (values.inPercent(10)) {
      order.append("tax_amount", values.below(8_000) / 100.0);
    }
    return order.append("created_at", created);
  }

  private Object amount() {
    int cents = values.below(100_000);
    return switch (values.below(10)) {
      case 0 -> cents / 100;
      case 1 -> Decimal128.parse("%d.%02d".formatted(cents / 100, cents % 100));
      default -> cents / 100.0;
    };
  }
}
