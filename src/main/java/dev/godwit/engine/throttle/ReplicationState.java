package dev.godwit.engine.throttle;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// How far a replica set is behind its primary.
///
/// @param lag of the one that is furthest behind; zero when none is, or when it is not known
/// @param behind who that is: `secondary db-2:27017`, `the majority of the replica set`; null when
///     nobody is
/// @param isFlowControlled whether the primary holds writes back because its secondaries are behind
public record ReplicationState(Duration lag, String behind, boolean isFlowControlled) {

  public static final ReplicationState UNKNOWN = new ReplicationState(Duration.ZERO, null, false);

  private static final int PRIMARY = 1;
  private static final int SECONDARY = 2;

  /// Reads what the server answered. Members count that can be elected and replicate now: waiting
  /// does not help one that is down, and a delayed one is meant to be behind.
  ///
  /// @param hello the answer to `hello` of a member of a replica set
  /// @param status the answer to `replSetGetStatus`; empty when there is none
  /// @param server the answer to `serverStatus`; empty when there is none
  static ReplicationState read(BsonDocument hello, BsonDocument status, BsonDocument server) {
    ReplicationState furthest = ofMajority(hello);
    BsonArray members = status.getArray("members", new BsonArray());
    Instant primary = null;
    for (BsonValue member : members) {
      if (state(member) == PRIMARY) {
        primary = date(member.asDocument(), "optimeDate");
      }
    }
    Set<String> electable = new HashSet<>();
    hello
        .getArray("hosts", new BsonArray())
        .forEach(host -> electable.add(host.asString().getValue()));
    for (BsonValue member : members) {
      String name = member.asDocument().getString("name").getValue();
      if (state(member) == SECONDARY && electable.contains(name)) {
        furthest =
            furthest.orFurther(
                primary, date(member.asDocument(), "optimeDate"), "secondary " + name);
      }
    }
    boolean lagged =
        server
            .getDocument("flowControl", new BsonDocument())
            .getBoolean("isLagged", BsonBoolean.FALSE)
            .getValue();
    return new ReplicationState(furthest.lag, furthest.behind, lagged);
  }

  private static ReplicationState ofMajority(BsonDocument hello) {
    BsonDocument last = hello.getDocument("lastWrite", new BsonDocument());
    return UNKNOWN.orFurther(
        date(last, "lastWriteDate"),
        date(last, "majorityWriteDate"),
        "the majority of the replica set");
  }

  private ReplicationState orFurther(Instant ahead, Instant reached, String who) {
    if (ahead == null || reached == null) {
      return this;
    }
    Duration distance = Duration.between(reached, ahead);
    return distance.compareTo(lag) > 0
        ? new ReplicationState(distance, who, isFlowControlled)
        : this;
  }

  /// What this reading and the one before it agree on. The primary learns late how far the others
  /// are, so after a quiet time a single reading shows a lag that is not there.
  ReplicationState confirming(ReplicationState before) {
    ReplicationState less = lag.compareTo(before.lag) <= 0 ? this : before;
    return new ReplicationState(less.lag, less.behind, isFlowControlled);
  }

  private static int state(BsonValue member) {
    return member.asDocument().getNumber("state").intValue();
  }

  private static Instant date(BsonDocument of, String field) {
    return of.isDateTime(field) ? Instant.ofEpochMilli(of.getDateTime(field).getValue()) : null;
  }
}
