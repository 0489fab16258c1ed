package dev.godwit.engine.lock;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.engine.RunException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/// A held lock. A thread renews it at a third of its length; when a renewal fails for good, or the
/// lease would end before the next batch, [#check] stops the run.
public final class Lease implements AutoCloseable {

  /// Kept free at the end of a lease, for the way of a command to the server; of a short lease an
  /// eighth.
  private static final Duration LONGEST_MARGIN = Duration.ofSeconds(2);

  private final MongoCollection<BsonDocument> collection;
  private final String owner;
  private volatile long token;
  private final Duration length;
  private final Duration margin;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread renewal;
  private volatile long endNanos;
  private volatile boolean lost;

  Lease(
      MongoCollection<BsonDocument> collection,
      String owner,
      long token,
      Duration length,
      long sentNanos) {
    this.collection = collection.withTimeout(length.toMillis() / 3, TimeUnit.MILLISECONDS);
    this.owner = owner;
    this.token = token;
    this.length = length;
    this.margin =
        length.dividedBy(8).compareTo(LONGEST_MARGIN) < 0 ? length.dividedBy(8) : LONGEST_MARGIN;
    this.endNanos = sentNanos + length.toNanos();
    this.renewal = Thread.ofPlatform().name("godwit-lease").daemon().start(this::keepRenewing);
  }

  /// The fencing token: it grows at each acquisition.
  public long token() {
    return token;
  }

  /// What is left of the lease, less a margin; never below one millisecond.
  public Duration remaining() {
    Duration left = Duration.ofNanos(endNanos - System.nanoTime()).minus(margin);
    return left.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : left;
  }

  /// @throws RunException with verdict `Interrupted` when the lease is lost or about to end
  public void check() {
    if (lost || endNanos - System.nanoTime() <= margin.toNanos()) {
      throw lost("the lease on the database was lost or could not be renewed in time");
    }
  }

  /// The failure of a run whose lease is gone.
  public static RunException lost(String what) {
    return new RunException(
        Verdict.Interrupted,
        new Failure(
            "LeaseLost",
            null,
            what + "; the run stops here, the next one resumes from the checkpoint"));
  }

  private void keepRenewing() {
    try {
      long third = length.toMillis() / 3;
      while (!closed.await(third, TimeUnit.MILLISECONDS) && !lost) {
        renew();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Raises the token above one that a history has, if the lock is still held. A history that came
  /// without its lock (copied, or brought back from a dump) has a token of another time, which no
  /// holder has.
  ///
  /// @return false when somebody else holds the lock by now
  public synchronized boolean raiseAbove(long other) {
    BsonDocument raised =
        collection.findOneAndUpdate(
            held(),
            new BsonDocument("$set", new BsonDocument("token", new BsonInt64(other + 1))),
            new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER));
    if (raised == null) {
      return false;
    }
    token = other + 1;
    return true;
  }

  private BsonDocument held() {
    return BsonDocument.parse(
            """
            {_id: "lock", $expr: {$gte: [{$add: ["$renewedAt", "$leaseMs"]}, "$$NOW"]}}
            """)
        .append("owner", new BsonString(owner))
        .append("token", new BsonInt64(token));
  }

  private synchronized void renew() {
    long sent = System.nanoTime();
    try {
      BsonDocument renewed =
          collection.findOneAndUpdate(
              held(),
              BsonDocument.parse("{$currentDate: {renewedAt: true}}"),
              new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER));
      if (renewed == null) {
        lost = true;
      } else {
        endNanos = sent + length.toNanos();
      }
    } catch (MongoException unreachable) {
      // Tried again at the next turn; check() ends the run when that comes too late.
      System.getLogger(Lease.class.getName())
          .log(System.Logger.Level.WARNING, "the lease could not be renewed", unreachable);
    }
  }

  /// Releases the lock, if it is still held.
  @Override
  public void close() {
    closed.countDown();
    try {
      renewal.join();
      collection.updateOne(
          new BsonDocument("_id", new BsonString("lock"))
              .append("owner", new BsonString(owner))
              .append("token", new BsonInt64(token)),
          BsonDocument.parse(
              "{$set: {owner: null, leaseMs: {$numberLong: '0'}, renewedAt: ISODate('1970-01-01T00:00:00Z')}}"));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (MongoException unreachable) {
      System.getLogger(Lease.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "the lock could not be released; it ends by itself after {0}",
              length);
    }
  }
}
