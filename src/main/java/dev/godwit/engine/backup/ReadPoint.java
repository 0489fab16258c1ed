package dev.godwit.engine.backup;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.Consistency;
import dev.godwit.api.v1alpha1.ConsistencyPolicy;
import dev.godwit.engine.ServerMessage;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;

/// The point in time at which all readers of a dump read, where the server has one: read concern
/// `snapshot` with the same `atClusterTime` in every command (MongoDB 5.0 and later, replica sets
/// and sharded clusters). Thread-safe.
///
/// A server keeps such a point for some minutes (`minSnapshotHistoryWindowInSeconds`, 300 if left
/// alone). A collection that outlasts it is read on without; the backup then is of no single point.
final class ReadPoint {

  /// Wire version of MongoDB 5.0.
  private static final int SNAPSHOT_READS = 13;

  private static final int SNAPSHOT_TOO_OLD = 239;
  private static final int SNAPSHOT_UNAVAILABLE = 246;

  /// Reads what is there.
  static final ReadPoint NONE =
      new ReadPoint(ConsistencyPolicy.Preferred, null, "nobody asked for one");

  private final ConsistencyPolicy policy;
  private final BsonTimestamp time;
  private final String absence;
  private final NavigableMap<String, String> lost = new TreeMap<>();

  private ReadPoint(ConsistencyPolicy policy, BsonTimestamp time, String absence) {
    this.policy = policy;
    this.time = time;
    this.absence = absence;
  }

  /// Asks the server for one.
  ///
  /// @param collections what will be read
  /// @throws dev.godwit.engine.RunException `SnapshotUnavailable` when one is required and there is
  ///     none
  static ReadPoint of(
      MongoDatabase database, List<CollectionMetadata> collections, ConsistencyPolicy policy) {
    return of(command -> database.runCommand(command, BsonDocument.class), collections, policy);
  }

  /// @param server runs a command
  static ReadPoint of(
      Function<BsonDocument, BsonDocument> server,
      List<CollectionMetadata> collections,
      ConsistencyPolicy policy) {
    BsonDocument hello = server.apply(new BsonDocument("hello", new BsonInt32(1)));
    boolean isShared =
        hello.containsKey("setName")
            || hello.getString("msg", new BsonString("")).getValue().equals("isdbgrid");
    if (!isShared) {
      return without(policy, "the server is no member of a replica set");
    }
    if (hello.getNumber("maxWireVersion", new BsonInt32(0)).intValue() < SNAPSHOT_READS) {
      return without(policy, "the server is older than MongoDB 5.0");
    }
    for (CollectionMetadata collection : collections) {
      if (!collection.isView() && !isCapped(collection)) {
        return at(server, collection, policy);
      }
    }
    return without(policy, "there is no collection that can be read at a point in time");
  }

  private static ReadPoint at(
      Function<BsonDocument, BsonDocument> server,
      CollectionMetadata collection,
      ConsistencyPolicy policy) {
    try {
      BsonDocument cursor =
          server
              .apply(
                  new BsonDocument("find", new BsonString(collection.dataCollection()))
                      .append("projection", new BsonDocument("_id", new BsonInt32(1)))
                      .append("limit", new BsonInt64(1))
                      .append("readConcern", new BsonDocument("level", new BsonString("snapshot"))))
              .getDocument("cursor");
      return cursor.isTimestamp("atClusterTime")
          ? new ReadPoint(policy, cursor.getTimestamp("atClusterTime"), null)
          : without(policy, "the server names no time for a snapshot");
    } catch (MongoCommandException refused) {
      return without(policy, "the server refuses a snapshot: " + ServerMessage.of(refused));
    }
  }

  private static ReadPoint without(ConsistencyPolicy policy, String why) {
    ReadPoint none = new ReadPoint(policy, null, why);
    none.refuseIfRequired(why);
    return none;
  }

  /// A capped collection is read in its own order, by one cursor, which snapshots do not allow.
  static boolean isCapped(CollectionMetadata collection) {
    return collection.options().containsKey("capped");
  }

  /// Makes a command read at this point.
  ///
  /// @return whether it does now
  synchronized boolean put(BsonDocument command, String collection) {
    if (time == null || lost.containsKey(collection)) {
      return false;
    }
    command.append(
        "readConcern",
        new BsonDocument("level", new BsonString("snapshot")).append("atClusterTime", time));
    return true;
  }

  /// Whether a command failed because the server does not have this point any more.
  static boolean isGone(MongoCommandException failed) {
    return failed.getCode() == SNAPSHOT_TOO_OLD || failed.getCode() == SNAPSHOT_UNAVAILABLE;
  }

  /// Goes on with a collection, or with what is left of it, without this point.
  ///
  /// @throws dev.godwit.engine.RunException `SnapshotUnavailable` when one is required
  synchronized void lose(String collection, String why) {
    if (time != null) {
      lost.putIfAbsent(collection, why);
      refuseIfRequired("collection '%s': %s".formatted(collection, why));
    }
  }

  private void refuseIfRequired(String why) {
    if (policy == ConsistencyPolicy.Required) {
      throw BackupFailure.refused(
          "SnapshotUnavailable",
          null,
          "the backup has to be of one point in time, and %s; back up fewer collections or when less is"
              + " going on, raise minSnapshotHistoryWindowInSeconds on the server, or set consistency to"
              + " Preferred",
          why);
    }
  }

  synchronized Consistency consistency() {
    return time != null && lost.isEmpty() ? Consistency.Snapshot : Consistency.None;
  }

  /// Why there is no single point in time; null when there is one.
  synchronized String note() {
    if (time == null) {
      return absence;
    }
    if (lost.isEmpty()) {
      return null;
    }
    Map.Entry<String, String> first = lost.firstEntry();
    return "%d collections are not of the same point in time as the others, among them '%s': %s"
        .formatted(lost.size(), first.getKey(), first.getValue());
  }
}
