package dev.godwit.engine.lock;

import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import java.time.Duration;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/// The lock of a database: one document in `_godwit_lock`. The lease is on the server's clock
/// (`$$NOW`), so clocks of pods do not matter. Works on MongoDB 4.4 and later and on FerretDB 2.
public final class DatabaseLock {

  /// Name of the collection.
  public static final String COLLECTION = "_godwit_lock";

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

  private final MongoCollection<BsonDocument> collection;
  private final Duration length;

  /// @param length of a lease: how long a holder that died keeps others waiting
  public DatabaseLock(MongoDatabase database, Duration length) {
    this.collection = database.getCollection(COLLECTION, BsonDocument.class);
    this.length = length;
  }

  /// Takes the lock, waiting for its present holder.
  ///
  /// @param owner who asks, for people to read
  /// @param patience how long to wait
  /// @throws RunException with verdict `LockHeld` when the patience is over, `Interrupted` on a
  ///     stop
  public Lease acquire(String owner, Duration patience, ProgressSink progress, StopSignal stop) {
    long deadline = System.nanoTime() + patience.toNanos();
    Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    while (true) {
      stop.check();
      long sent = System.nanoTime();
      BsonDocument taken =
          collection.findOneAndUpdate(
              BsonDocument.parse(
                  """
                  {_id: "lock", $expr: {$lt: [{$add: ["$renewedAt", "$leaseMs"]}, "$$NOW"]}}
                  """),
              new BsonDocument(
                      "$set",
                      new BsonDocument("owner", new BsonString(owner))
                          .append("leaseMs", new BsonInt64(length.toMillis())))
                  .append("$inc", new BsonDocument("token", new BsonInt64(1)))
                  .append("$currentDate", BsonDocument.parse("{renewedAt: true}")),
              new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER));
      if (taken != null) {
        return new Lease(collection, owner, taken.getInt64("token").getValue(), length, sent);
      }
      Optional<BsonDocument> held = document();
      if (held.isEmpty()) {
        insertDocument();
        continue;
      }
      String holder = holder(held.get());
      if (System.nanoTime() - deadline > 0) {
        throw new RunException(
            Verdict.LockHeld,
            new Failure(
                "LockHeld",
                null,
                "the database is locked by %s; wait for it to end, it frees the lock by itself %d s after it died"
                    .formatted(holder, length.toSeconds())));
      }
      progress.report(RunProgress.waiting("waits for the lock, held by " + holder));
      stop.pause(backoff.next());
    }
  }

  private Optional<BsonDocument> document() {
    return Optional.ofNullable(
        collection.find(new BsonDocument("_id", new BsonString("lock"))).first());
  }

  private void insertDocument() {
    try {
      collection.insertOne(
          BsonDocument.parse(
              """
              {_id: "lock", owner: null, token: {$numberLong: "0"}, leaseMs: {$numberLong: "0"},
               renewedAt: ISODate("1970-01-01T00:00:00Z")}
              """));
    } catch (MongoWriteException duplicate) {
      if (duplicate.getCode() != 11000) {
        throw duplicate;
      }
    }
  }

  private static String holder(BsonDocument lock) {
    return lock.isString("owner") ? lock.getString("owner").getValue() : "nobody";
  }
}
