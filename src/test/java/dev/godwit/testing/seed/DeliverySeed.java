package dev.godwit.testing.seed;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bson.Document;
import org.bson.types.ObjectId;

/// The database of a milk and newspaper delivery service before its first migration: no order names
/// its subscription, no delivery its order, no user its customer.
///
/// What migrations stumble over is in it: customers with several subscriptions and with none,
/// orders that name their subscription already, deliveries without an order, users without a
/// customer and the other way round, two users of one phone, users and customers without a phone,
/// confirmations that are there already, bills without an amount, an index under a name of its own.
public final class DeliverySeed {

  /// One bill in so many has no amount.
  static final int BILLS_FOR_ONE_WITHOUT_AMOUNT = 320;

  private static final String[] PRODUCTS = {
    "Milk 500 ml", "Milk 1 l", "Curd 400 g", "Morning Herald", "Evening Post", "Business Daily"
  };

  private final MongoDatabase database;
  private final Values values;
  private int bills;

  private DeliverySeed(MongoDatabase database, long seed) {
    this.database = database;
    this.values = new Values(seed);
  }

  /// Fills an empty database: about 18 documents a customer, in six collections.
  public static void fill(MongoDatabase database, long seed, int customers) {
    new DeliverySeed(database, seed).fill(customers);
  }

  /// Adds orders of a few users, so that each has many: for measurements.
  ///
  /// @return the users
  public static List<ObjectId> orders(MongoDatabase database, long seed, int orders, int users) {
    DeliverySeed delivery = new DeliverySeed(database, seed);
    List<ObjectId> ids = new ArrayList<>();
    for (int user = 0; user < users; user++) {
      ids.add(delivery.values.id(delivery.values.moment(900)));
    }
    try (Batch batch = new Batch(database, "orders")) {
      for (int order = 0; order < orders; order++) {
        ObjectId user = ids.get(delivery.values.below(users));
        batch.add(delivery.order(user, user, delivery.values.day(400)));
      }
    }
    return ids;
  }

  private void fill(int customers) {
    List<ObjectId> users = users(customers);
    try (Batch people = new Batch(database, "customers_v2");
        Batch subscriptions = new Batch(database, "subscriptions_v2");
        Batch orders = new Batch(database, "orders");
        Batch deliveries = new Batch(database, "delivery_statuses");
        Batch billing = new Batch(database, "billing_records")) {
      for (int number = 0; number < customers; number++) {
        ObjectId user = users.get(number);
        ObjectId customer = customer(people, number);
        List<ObjectId> subscribed = subscriptions(subscriptions, customer, user);
        ordersAndDeliveries(orders, deliveries, customer, user, subscribed);
        for (int month = 0; month < 2; month++) {
          billing.add(bill(customer, month));
        }
      }
    }
    database
        .getCollection("users")
        .createIndex(Indexes.ascending("email"), new IndexOptions().name("email_lookup"));
  }

  /// The user of customer n has the same phone; some have another or none, some share the one of
  /// the customer before, and some users are no customers.
  private List<ObjectId> users(int customers) {
    List<ObjectId> ids = new ArrayList<>();
    try (Batch users = new Batch(database, "users")) {
      for (int number = 0; number < customers + customers / 10; number++) {
        Date created = values.moment(900);
        String name = values.name();
        ObjectId id = values.id(created);
        ids.add(id);
        Document user =
            new Document("_id", id)
                .append("name", name)
                .append("email", Values.email(name, number));
        phoneOfUser(user, number, customers);
        users.add(
            user.append("role", number % 200 == 0 ? "driver" : "customer")
                .append("created_at", created));
      }
    }
    return ids;
  }

  private void phoneOfUser(Document user, int number, int customers) {
    if (number >= customers) {
      user.append("phone", Values.phone(50_000_000 + number));
      return;
    }
    switch (values.below(50)) {
      case 0 -> {}
      case 1 -> user.append("phone", null);
      case 2 -> user.append("phone", Values.phone(50_000_000 + number));
      case 3 -> user.append("phone", Values.phone(Math.max(0, number - 1)));
      default -> user.append("phone", Values.phone(number));
    }
  }

  private ObjectId customer(Batch people, int number) {
    Date created = values.moment(900);
    ObjectId id = values.id(created);
    people.add(
        new Document("_id", id)
            .append("name", values.name())
            .append("phone", values.inPercent(1) ? null : Values.phone(number))
            .append(
                "address",
                new Document("line1", values.below(400) + ", " + values.below(40) + "th Cross")
                    .append(
                        "area", values.oneOf("Indiranagar", "Jayanagar", "Hebbal", "Whitefield"))
                    .append("pincode", 560_001 + values.below(100)))
            .append("created_at", created));
    return id;
  }

  /// One to three a customer; one customer in eight orders without.
  private List<ObjectId> subscriptions(Batch subscriptions, ObjectId customer, ObjectId user) {
    List<ObjectId> ids = new ArrayList<>();
    if (values.below(8) == 0) {
      return ids;
    }
    for (int number = values.below(3); number >= 0; number--) {
      Date start = values.day(700);
      ids.add(values.id(start));
      subscriptions.add(
          new Document("_id", ids.getLast())
              .append("customer_id", customer)
              .append("user_id", user)
              .append("product", values.oneOf(PRODUCTS))
              .append("quantity", 1 + values.below(3))
              .append("status", values.oneOf("active", "active", "active", "paused", "cancelled"))
              .append("start_date", start));
    }
    return ids;
  }

  private void ordersAndDeliveries(
      Batch orders, Batch deliveries, ObjectId customer, ObjectId user, List<ObjectId> subscribed) {
    for (int number = 0; number < 4; number++) {
      Date date = values.day(400);
      Document order = order(customer, user, date);
      if (!subscribed.isEmpty() && values.inPercent(2)) {
        order.append("subscription_id", subscribed.getFirst());
      }
      orders.add(order);
      deliveries.add(delivery(customer, date));
      deliveries.add(delivery(customer, values.inPercent(2) ? values.day(400) : date));
    }
  }

  private Document order(ObjectId customer, ObjectId user, Date date) {
    List<Document> items = new ArrayList<>();
    double total = 0;
    for (int item = values.below(3); item >= 0; item--) {
      int quantity = 1 + values.below(4);
      double price = (800 + values.below(6_000)) / 100.0;
      total += quantity * price;
      items.add(
          new Document("product", values.oneOf(PRODUCTS))
              .append("quantity", quantity)
              .append("price", price));
    }
    return new Document("_id", values.id(date))
        .append("user_id", user)
        .append("customer_id", customer)
        .append("items", items)
        .append("total", Math.round(total * 100) / 100.0)
        .append(
            "status", values.oneOf("delivered", "delivered", "delivered", "pending", "cancelled"))
        .append("delivery_date", date);
  }

  private Document delivery(ObjectId customer, Date date) {
    Document delivery =
        new Document("_id", values.id(date))
            .append("customer_id", customer)
            .append("delivery_date", date)
            .append("status", values.oneOf("delivered", "delivered", "missed"));
    if (values.inPercent(15)) {
      delivery
          .append("confirmed_at", new Date(date.getTime() + 21_600_000L + values.below(7_200_000)))
          .append("confirmation_method", values.oneOf("app", "sms", "call"));
    }
    return delivery.append("updated_at", new Date(date.getTime() + values.below(86_400_000)));
  }

  private Document bill(ObjectId customer, int month) {
    boolean imported = ++bills % BILLS_FOR_ONE_WITHOUT_AMOUNT == 0;
    Date due = values.day(60);
    return new Document("_id", values.id(due))
        .append("customer_id", customer)
        .append("month", month == 0 ? "2025-09" : "2025-10")
        .append("amount", imported ? null : (10_000 + values.below(200_000)) / 100.0)
        .append("status", values.oneOf("paid", "paid", "open", "overdue"))
        .append("due_date", due);
  }
}
