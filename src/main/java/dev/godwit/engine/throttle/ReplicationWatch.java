package dev.godwit.engine.throttle;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.client.MongoDatabase;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/// Asks a server how its replication stands, every few seconds at most. What the server does not
/// have, or does not allow this user to see, it is asked once. Thread-safe.
public final class ReplicationWatch implements Replication {

  private static final Duration INTERVAL = Duration.ofSeconds(5);

  /// A server that takes longer for such a command does not tell: the next batch is not held up.
  private static final Duration LONGEST = Duration.ofSeconds(2);

  private static final BsonDocument NOTHING = new BsonDocument();
  private static final BsonDocument HELLO = command("hello");
  private static final BsonDocument STATUS = command("replSetGetStatus");
  private static final BsonDocument SERVER =
      command("serverStatus")
          .append("metrics", new BsonInt32(0))
          .append("wiredTiger", new BsonInt32(0))
          .append("locks", new BsonInt32(0))
          .append("tcmalloc", new BsonInt32(0));

  private final MongoDatabase admin;
  private final LongSupplier nanos;
  private final Set<String> refused = new HashSet<>();
  private ReplicationState reading = ReplicationState.UNKNOWN;
  private ReplicationState confirmed = ReplicationState.UNKNOWN;
  private boolean isReplicaSet = true;
  private Long askedAt;

  /// @param admin the database `admin` of the server
  public ReplicationWatch(MongoDatabase admin) {
    this(admin, System::nanoTime);
  }

  /// @param nanos a clock, in nanoseconds
  ReplicationWatch(MongoDatabase admin, LongSupplier nanos) {
    this.admin = admin.withTimeout(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    this.nanos = nanos;
  }

  @Override
  public synchronized ReplicationState state() {
    long now = nanos.getAsLong();
    if (isReplicaSet && (askedAt == null || now - askedAt >= INTERVAL.toNanos())) {
      askedAt = now;
      ReplicationState before = reading;
      reading = ask();
      confirmed = reading.confirming(before);
    }
    return confirmed;
  }

  private ReplicationState ask() {
    try {
      BsonDocument hello = answer(HELLO);
      isReplicaSet = hello.containsKey("setName");
      return isReplicaSet
          ? ReplicationState.read(hello, answer(STATUS), answer(SERVER))
          : ReplicationState.UNKNOWN;
    } catch (MongoException away) {
      // A server that is away now: the batches find out what that means for the run.
      return ReplicationState.UNKNOWN;
    }
  }

  /// The answer to a command; empty when the server has no such command, or not for this user.
  private BsonDocument answer(BsonDocument command) {
    String name = command.getFirstKey();
    if (refused.contains(name)) {
      return NOTHING;
    }
    try {
      return admin.runCommand(command, BsonDocument.class);
    } catch (MongoCommandException refusal) {
      refused.add(name);
      return NOTHING;
    }
  }

  private static BsonDocument command(String name) {
    return new BsonDocument(name, new BsonInt32(1));
  }
}
