package dev.godwit.engine.lock;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/// Who holds the lock of a database.
///
/// @param owner as it called itself
/// @param token its fencing token
/// @param renewedAt when it last said that it lives, on the server's clock
/// @param readAt when this was read, on the server's clock
/// @param endsAt when its lease ends unless it is renewed, on the server's clock
public record LockHolder(
    String owner, long token, Instant renewedAt, Instant endsAt, Instant readAt) {

  private static final BsonDocument LOCK = new BsonDocument("_id", new BsonString("lock"));

  /// The present holder; empty when the lock is free or its lease is over. Writes nothing.
  public static Optional<LockHolder> read(MongoDatabase database) {
    return Optional.ofNullable(
            collection(database)
                .aggregate(
                    List.of(
                        new BsonDocument("$match", LOCK),
                        BsonDocument.parse("{$addFields: {now: '$$NOW'}}")))
                .first())
        .filter(lock -> lock.isString("owner"))
        .filter(lock -> !endsAt(lock).isBefore(time(lock, "now")))
        .map(
            lock ->
                new LockHolder(
                    lock.getString("owner").getValue(),
                    lock.getNumber("token").longValue(),
                    time(lock, "renewedAt"),
                    endsAt(lock),
                    time(lock, "now")));
  }

  /// Takes the lock away from this holder: its token is not the newest any more, so its next
  /// renewal fails and it stops. The next one waits until its lease would have ended: a write that
  /// is on its way then has come.
  ///
  /// @return the new token, for [dev.godwit.engine.history.History#fence]; empty when the lock is
  ///     not this holder's any more
  public OptionalLong release(MongoDatabase database) {
    BsonDocument freed =
        collection(database)
            .findOneAndUpdate(
                LOCK.clone()
                    .append("owner", new BsonString(owner))
                    .append("token", new BsonInt64(token)),
                BsonDocument.parse(
                    """
                    {$set: {owner: null}, $inc: {token: {$numberLong: '1'}}}
                    """),
                new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER));
    return freed == null
        ? OptionalLong.empty()
        : OptionalLong.of(freed.getNumber("token").longValue());
  }

  private static Instant endsAt(BsonDocument lock) {
    return time(lock, "renewedAt").plusMillis(lock.getNumber("leaseMs").longValue());
  }

  private static Instant time(BsonDocument document, String field) {
    return Instant.ofEpochMilli(document.getDateTime(field).getValue());
  }

  private static MongoCollection<BsonDocument> collection(MongoDatabase database) {
    return database.getCollection(DatabaseLock.COLLECTION, BsonDocument.class);
  }
}
