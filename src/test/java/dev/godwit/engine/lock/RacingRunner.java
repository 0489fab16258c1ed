package dev.godwit.engine.lock;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.History;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;

/// A process of the lock race: several runners that take the lock, work in batches until they are
/// done or notice that the lease is gone, and begin again. It ends when its standard input does, so
/// that none outlives the test. What happened is told by what they write into the database; what
/// must not happen goes into the collection `faults`.
final class RacingRunner {

  /// Each acquisition: `_id` is the token.
  static final String ACQUIRED = "acquired";

  /// The end of each holder: token, the batches it started, whether it lost the lease.
  static final String ENDED = "ended";

  /// What the runners saw that must not be.
  static final String FAULTS = "faults";

  /// One document that the server keeps: the newest token that wrote data, and the writes of older
  /// ones that came after it.
  static final String DATA = "data";

  private static final int MOST_BATCHES = 12;

  /// Keeps writes back between the look at the lease and the way to the server: there a pause does
  /// its worst.
  private static final class Dawdle implements CommandListener {
    private static final Set<String> WRITES = Set.of("update", "insert", "findAndModify");

    @Override
    public void commandStarted(CommandStartedEvent event) {
      if (WRITES.contains(event.getCommandName())) {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(25_000_000));
      }
    }
  }

  private final MongoClient client;
  private final MongoDatabase database;
  private final Duration length;
  private final StopSignal stop;

  private RacingRunner(String uri, String name, Duration length, StopSignal stop) {
    this.client =
        MongoClients.create(
            MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(uri))
                .addCommandListener(new Dawdle())
                .build());
    this.database = client.getDatabase(name);
    this.length = length;
    this.stop = stop;
  }

  /// @param arguments connection string, database, length of a lease in ms, name, threads
  public static void main(String[] arguments) throws Exception {
    StopSignal stop = new StopSignal();
    RacingRunner runner =
        new RacingRunner(
            arguments[0], arguments[1], Duration.ofMillis(Long.parseLong(arguments[2])), stop);
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      for (int i = 0; i < Integer.parseInt(arguments[4]); i++) {
        String owner = arguments[3] + " " + i;
        threads.submit(() -> runner.race(owner));
      }
      while (System.in.read() >= 0) {
        // Nothing is sent; the end of the stream is the sign.
      }
      stop.request();
    }
    runner.client.close();
  }

  private void race(String owner) {
    while (!stop.isRequested()) {
      try {
        hold(owner);
      } catch (RunException lost) {
        if (!stop.isRequested() && !"LeaseLost".equals(lost.failure().reason())) {
          fault(owner + " was stopped by " + lost);
        }
      } catch (MongoException late) {
        if (late.getCode() != 50 && !(late instanceof MongoTimeoutException)) {
          fault(owner + " met " + late);
        }
      } catch (RuntimeException unexpected) {
        fault(owner + " met " + unexpected);
      }
    }
  }

  private void hold(String owner) {
    int started = 0;
    boolean lost = true;
    try (Lease lease =
        new DatabaseLock(database, length)
            .acquire(owner, Duration.ofHours(1), progress -> {}, stop)) {
      database
          .getCollection(ACQUIRED, BsonDocument.class)
          .insertOne(
              new BsonDocument("_id", new BsonInt64(lease.token()))
                  .append("owner", new BsonString(owner)));
      try {
        History history = History.open(database, lease);
        int batches = 1 + ThreadLocalRandom.current().nextInt(MOST_BATCHES);
        for (int batch = 1; batch <= batches && !stop.isRequested(); batch++) {
          lease.check();
          started = batch;
          batch(history, lease, batch);
          lookForASuccessor(lease);
        }
        lost = false;
      } finally {
        ended(lease, started, lost);
      }
    }
  }

  private void batch(History history, Lease lease, int batch) {
    BsonDocument mark =
        new BsonDocument("token", new BsonInt64(lease.token()))
            .append("batch", new BsonInt32(batch));
    history.checkpoint(mark);
    writeData(lease, mark);
    if (batch % 3 == 0) {
      history.append(EventType.Started, new Attempt("1", batch, "sum", 0), null, null, mark);
    }
  }

  /// The server itself notes, in the same write, whether it comes after one with a newer token.
  private void writeData(Lease lease, BsonDocument mark) {
    BsonDocument late = new BsonDocument("$literal", new BsonArray(List.of(mark)));
    BsonDocument stage =
        BsonDocument.parse(
            """
            {$set: {writes: {$add: ["$writes", 1]}, newest: {$max: ["$newest", %1$s]},
             late: {$cond: [{$lt: [%1$s, "$newest"]}, {$concatArrays: ["$late", %2$s]}, "$late"]}}}
            """
                .formatted("{$numberLong: '%d'}".formatted(lease.token()), late.toJson()));
    data()
        .withTimeout(lease.remaining().toMillis(), TimeUnit.MILLISECONDS)
        .updateOne(new BsonDocument("_id", new BsonInt32(1)), List.of(stage));
  }

  /// Whoever can see that the lock has another holder must not get through [Lease#check] any more.
  private void lookForASuccessor(Lease lease) {
    BsonDocument lock =
        database
            .getCollection(DatabaseLock.COLLECTION, BsonDocument.class)
            .find(new BsonDocument("_id", new BsonString("lock")))
            .first();
    if (lock.getInt64("token").getValue() != lease.token()) {
      lease.check();
      fault("token %d still holds beside %s".formatted(lease.token(), lock.toJson()));
    }
  }

  private void ended(Lease lease, int started, boolean lost) {
    database
        .getCollection(ENDED, BsonDocument.class)
        .insertOne(
            new BsonDocument("_id", new BsonInt64(lease.token()))
                .append("started", new BsonInt32(started))
                .append("lost", BsonBoolean.valueOf(lost)));
  }

  private void fault(String what) {
    database
        .getCollection(FAULTS, BsonDocument.class)
        .insertOne(new BsonDocument("what", new BsonString(what)));
  }

  private MongoCollection<BsonDocument> data() {
    return database.getCollection(DATA, BsonDocument.class);
  }
}
