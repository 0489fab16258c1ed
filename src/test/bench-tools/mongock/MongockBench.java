import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import io.mongock.api.annotations.ChangeUnit;
import io.mongock.api.annotations.Execution;
import io.mongock.api.annotations.RollbackExecution;
import io.mongock.driver.mongodb.sync.v4.driver.MongoSync4Driver;
import io.mongock.runner.standalone.MongockStandalone;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.Document;

/// Mongock as a program, the way its users write it: change units, the driver's updateMany, the
/// standalone runner. Arguments: connection string, database, and the package or class to run.
/// Transactions are off, as the compared servers may have none.
public class MongockBench {

  @ChangeUnit(id = "backfill", order = "001", author = "bench")
  public static class Backfill {
    @Execution
    public void run(MongoDatabase database) {
      MongoCollection<Document> collection =
          database.getCollection(System.getenv("BENCH_COLLECTION"));
      BsonDocument filter = BsonDocument.parse(System.getenv("BENCH_FILTER"));
      String update = System.getenv("BENCH_UPDATE");
      if (update.startsWith("[")) {
        List<BsonDocument> stages =
            BsonArray.parse(update).stream().map(BsonValue::asDocument).toList();
        collection.updateMany(filter, stages);
      } else {
        collection.updateMany(filter, BsonDocument.parse(update));
      }
    }

    @RollbackExecution
    public void rollback() {}
  }

  public static void main(String[] args) throws ClassNotFoundException {
    try (MongoClient client = MongoClients.create(args[0])) {
      MongoSync4Driver driver = MongoSync4Driver.withDefaultLock(client, args[1]);
      driver.disableTransaction();
      var builder = MongockStandalone.builder().setDriver(driver);
      if (args[2].equals("backfill")) {
        builder.addMigrationClass(Backfill.class);
      } else {
        builder.addMigrationScanPackage(args[2]);
      }
      builder.buildRunner().execute();
    }
  }
}
