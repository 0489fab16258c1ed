import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Sorts;
import io.mongock.api.annotations.BeforeExecution;
import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackBeforeExecution;
import io.mongock.api.annotations.RollbackExecution;
import io.mongock.driver.mongodb.sync.v4.driver.MongoSync4Driver;
import io.mongock.runner.standalone.MongockStandalone;
import org.bson.Document;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/// Lets Mongock itself write a history and prints it: the fixture of `godwit import mongock`.
/// Arguments: connection string.
public class WriteFixture {

  static boolean broken = true;

  @ChangeUnit(id = "create-roles", order = "001", author = "ann")
  public static class CreateRoles {
    @Execution
    public void run(MongoDatabase db) {
      db.getCollection("roles").insertOne(new Document("name", "admin"));
    }

    @RollbackExecution
    public void rollback(MongoDatabase db) {
      db.getCollection("roles").deleteMany(new Document("name", "admin"));
    }
  }

  @ChangeUnit(id = "index-users", order = "002", author = "bob")
  public static class IndexUsers {
    @BeforeExecution
    public void before(MongoDatabase db) {
      db.createCollection("users");
    }

    @RollbackBeforeExecution
    public void rollbackBefore(MongoDatabase db) {
      db.getCollection("users").drop();
    }

    @Execution
    public void run(MongoDatabase db) {
      db.getCollection("users").createIndex(new Document("email", 1));
    }

    @RollbackExecution
    public void rollback() {}
  }

  @ChangeUnit(id = "refresh-counts", order = "003", author = "ann", runAlways = true)
  public static class RefreshCounts {
    @Execution
    public void run(MongoDatabase db) {
      db.getCollection("counts").insertOne(new Document("roles", 1));
    }

    @RollbackExecution
    public void rollback() {}
  }

  @ChangeUnit(id = "lower-emails", order = "004", author = "cy")
  public static class LowerEmails {
    @Execution
    public void run() {
      if (broken) {
        throw new IllegalStateException("no mail server");
      }
    }

    @RollbackExecution
    public void rollback() {}
  }

  @ChangeUnit(id = "split-names", order = "005", author = "cy")
  public static class SplitNames {
    @Execution
    public void run() {
      throw new IllegalStateException("names without a space");
    }

    @RollbackExecution
    public void rollback() {}
  }

  public static void main(String[] args) {
    try (MongoClient client = MongoClients.create(args[0])) {
      MongoDatabase db = client.getDatabase("mongockfixture");
      db.drop();
      run(client, CreateRoles.class, IndexUsers.class, RefreshCounts.class, LowerEmails.class);
      broken = false;
      run(client, CreateRoles.class, IndexUsers.class, RefreshCounts.class, LowerEmails.class);
      run(client, SplitNames.class);
      print(db, "mongockChangeLog", "timestamp");
      print(db, "mongockLock", "key");
    }
  }

  private static void run(MongoClient client, Class<?>... changes) {
    MongoSync4Driver driver = MongoSync4Driver.withDefaultLock(client, "mongockfixture");
    driver.disableTransaction();
    var builder = MongockStandalone.builder().setDriver(driver);
    for (Class<?> change : changes) {
      builder.addMigrationClass(change);
    }
    try {
      builder.buildRunner().execute();
    } catch (RuntimeException failed) {
      System.err.println("failed, as meant: " + failed.getMessage());
    }
  }

  private static void print(MongoDatabase db, String collection, String order) {
    System.out.println("// " + collection);
    JsonWriterSettings settings =
        JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();
    db.getCollection(collection)
        .find()
        .sort(Sorts.ascending(order, "_id"))
        .forEach(it -> System.out.println(it.toJson(settings)));
  }
}
