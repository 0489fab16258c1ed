package dev.godwit.testing.seed;

import com.mongodb.client.MongoDatabase;
import java.util.Date;
import java.util.Locale;
import org.bson.Document;

/// The users of a web application whose sign-up form never looked closely at e-mail addresses:
/// mixed case, white space around them, the same person twice, and users who have none.
public final class AccountsSeed {

  private final Values values;

  private AccountsSeed(long seed) {
    this.values = new Values(seed);
  }

  /// Fills an empty database: the one collection `users`, with that many documents.
  public static void fill(MongoDatabase database, long seed, int users) {
    AccountsSeed accounts = new AccountsSeed(seed);
    try (Batch batch = new Batch(database, "users")) {
      for (int number = 0; number < users; number++) {
        batch.add(accounts.user(number));
      }
    }
  }

  private Document user(int number) {
    Date created = values.moment(1_500);
    boolean again = number > 0 && values.inPercent(4);
    String name = values.name();
    Document user = new Document("_id", values.id(created)).append("full_name", name);
    if (!values.inPercent(1)) {
      String email =
          again
              ? "family%d@example.com".formatted(values.below(number))
              : Values.email(name, number);
      user.append("email", typed(email));
    }
    return user.append("status", values.oneOf("active", "active", "invited", "closed"))
        .append("created_at", created);
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
}
