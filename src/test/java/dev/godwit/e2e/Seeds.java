package dev.godwit.e2e;

import com.mongodb.client.MongoDatabase;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/// Documents to begin with.
final class Seeds {

  private static final int CHUNK = 5_000;

  private Seeds() {}

  /// Users with e-mails in mixed case and a number of visits, in the collection `users`.
  static void users(MongoDatabase database, int count) {
    List<BsonDocument> chunk = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      chunk.add(user(i));
      if (chunk.size() == CHUNK || i == count - 1) {
        database.getCollection("users", BsonDocument.class).insertMany(chunk);
        chunk.clear();
      }
    }
  }

  private static BsonDocument user(int number) {
    return new BsonDocument("_id", new BsonInt32(number))
        .append("name", new BsonString("User " + number))
        .append("email", new BsonString("User%d@Example.com".formatted(number)))
        .append("visits", new BsonInt32(number % 7))
        .append(
            "address",
            new BsonDocument("city", new BsonString("C" + number % 100))
                .append("zip", new BsonInt32(10_000 + number % 90_000)))
        .append("tags", new BsonArray(List.of(new BsonString("a"), new BsonInt32(number % 3))));
  }
}
