package dev.godwit.testing.seed;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.Document;

/// A chain of bookshops: its catalogue and the new one that was imported beside it, reviews of
/// which some are spam, branches with their places, sessions, and carts of a shop that was closed.
public final class BookshopSeed {

  private static final String[] WORDS = {
    "River", "Winter", "Garden", "Night", "Letters", "Salt", "Monsoon", "Silence", "Atlas", "Clock"
  };

  /// Far ahead, so that the index on sessions does not let them expire in the middle of a test.
  private static final Duration NOT_EXPIRED = Duration.ofDays(10_000);

  private final MongoDatabase database;
  private final Values values;
  private final List<String> isbns = new ArrayList<>();

  private BookshopSeed(MongoDatabase database, long seed) {
    this.database = database;
    this.values = new Values(seed);
  }

  /// Fills an empty database: `books`, that many, about as many in `books_import`, and three times
  /// as many `reviews`.
  public static void fill(MongoDatabase database, long seed, int books) {
    BookshopSeed shop = new BookshopSeed(database, seed);
    shop.books(books);
    shop.reviews(3 * books);
    shop.others(books);
  }

  private void books(int books) {
    try (Batch old = new Batch(database, "books");
        Batch imported = new Batch(database, "books_import");
        Batch picks = new Batch(database, "book_ratings")) {
      for (int number = 0; number < books; number++) {
        isbns.add("978%010d".formatted(number));
        old.add(book(number));
        if (!values.inPercent(5)) {
          imported.add(book(number).append("source", "onix"));
        }
        if (values.inPercent(3)) {
          picks.add(
              new Document("_id", "pick-" + number)
                  .append("isbn", isbns.getLast())
                  .append("average", 5.0)
                  .append("reviews", 1)
                  .append("picked_by", values.name()));
        }
      }
    }
    database.getCollection("books").createIndex(Indexes.ascending("year"));
    database.getCollection("books_import").createIndex(Indexes.ascending("year"));
  }

  private Document book(int number) {
    String title = "The " + values.oneOf(WORDS) + " " + values.oneOf("and the", "of") + " ";
    return new Document("_id", number)
        .append("isbn", isbns.getLast())
        .append("title", title + values.oneOf(WORDS))
        .append("author", values.name())
        .append("year", 1950 + values.below(76))
        .append("price", values.below(9_000) / 100.0)
        .append("language", values.oneOf("en", "EN", "de", "hi", "En"))
        .append(
            "attributes",
            new Document("binding", values.oneOf("hardback", "paperback"))
                .append("pages", 80 + values.below(700)));
  }

  private void reviews(int reviews) {
    try (Batch batch = new Batch(database, "reviews")) {
      for (int number = 0; number < reviews; number++) {
        Date at = values.moment(1_200);
        Document review =
            new Document("_id", values.id(at))
                .append("isbn", isbns.get(values.below(isbns.size())))
                .append("by", values.name());
        if (!values.inPercent(3)) {
          review.append("stars", 1 + values.below(5));
        }
        batch.add(
            review
                .append("status", values.oneOf("shown", "shown", "shown", "waiting", "spam"))
                .append("at", at));
      }
    }
    database.getCollection("reviews").createIndex(Indexes.ascending("stars"));
    database.getCollection("reviews").createIndex(Indexes.ascending("status"));
  }

  private void others(int books) {
    try (Batch branches = new Batch(database, "branches");
        Batch sessions = new Batch(database, "sessions");
        Batch carts = new Batch(database, "carts_2019")) {
      for (int number = 0; number < Math.max(10, books / 50); number++) {
        branches.add(
            new Document("_id", "branch-" + number)
                .append("city", values.oneOf("Pune", "Kochi", "Delhi"))
                .append("place", point()));
      }
      for (int number = 0; number < books / 2; number++) {
        sessions.add(
            new Document("_id", "s%06d".formatted(number))
                .append("at", Date.from(Values.TODAY.plus(NOT_EXPIRED).plusSeconds(number))));
        carts.add(
            new Document("_id", number)
                .append("isbn", isbns.get(values.below(isbns.size())))
                .append("quantity", 1 + values.below(3)));
      }
    }
    database
        .getCollection("sessions")
        .createIndex(Indexes.ascending("at"), new IndexOptions().expireAfter(30L, TimeUnit.DAYS));
  }

  private Document point() {
    return new Document("type", "Point")
        .append(
            "coordinates",
            List.of(70 + values.below(1_500) / 100.0, 10 + values.below(1_500) / 100.0));
  }
}
