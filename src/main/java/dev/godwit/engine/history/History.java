package dev.godwit.engine.history;

import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import dev.godwit.engine.lock.Lease;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/// The history of a database: `_godwit_history`. Events have `_id` 1, 2, …; the document `head`
/// holds the fencing token, the number and text of the latest event, and the checkpoint of the
/// running step. Every write goes to the head first, compared with the token in the same command,
/// so a run whose lease is gone writes nothing. The event's own document follows; a crash in
/// between is repaired by the next run from the head.
public final class History {

  /// Name of the collection.
  public static final String COLLECTION = "_godwit_history";

  private static final BsonString HEAD = new BsonString("head");
  private static final int DUPLICATE_KEY = 11000;
  private static final int BATCH = 10_000;

  /// A rollback that is tried again goes on with the undo that it began; what is dropped of one
  /// version is nothing to the step of another.
  private static final Set<EventType> KEEP_CHECKPOINT =
      EnumSet.of(EventType.RollbackStarted, EventType.RollbackFailed, EventType.UndoDropped);

  private final MongoCollection<BsonDocument> collection;
  private final Lease lease;
  private HistoryState state;
  private BsonDocument position;
  private HistoryEvent unwritten;
  private Instant asked;
  private long askedNanos;

  private History(MongoCollection<BsonDocument> collection, Lease lease) {
    this.collection = collection;
    this.lease = lease;
  }

  /// The history with all that was appended here. Nobody else writes to it while the lease holds,
  /// and who writes after it was lost is refused: it is read once.
  public HistoryState state() {
    return state;
  }

  /// Reads the history; nothing is written, the collection need not exist.
  public static HistoryState read(MongoDatabase database) {
    return HistoryState.fold(events(database));
  }

  /// Token and number of the latest run and event, `0.0` when there are none: another text after
  /// any run that took the lock. Nothing is written.
  public static String mark(MongoDatabase database) {
    BsonDocument head = head(collection(database));
    return head == null
        ? "0.0"
        : "%d.%d"
            .formatted(head.getNumber("token").longValue(), head.getNumber("sequence").longValue());
  }

  /// All events in their order; nothing is written.
  public static List<HistoryEvent> events(MongoDatabase database) {
    return Written.read(collection(database)).all();
  }

  /// The state that the documents of a history tell, wherever they were kept.
  ///
  /// @param documents all of them, in any order
  public static HistoryState fold(List<BsonDocument> documents) {
    return HistoryState.fold(Written.of(documents).all());
  }

  /// What the collection holds, read at once: most of the time of a run that finds nothing to do.
  /// Sorted here, which is much cheaper than on some servers.
  ///
  /// @param head null when there is none; it may know one event more
  private record Written(List<HistoryEvent> events, BsonDocument head) {

    static Written read(MongoCollection<BsonDocument> collection) {
      return of(collection.find().batchSize(BATCH));
    }

    static Written of(Iterable<BsonDocument> documents) {
      List<HistoryEvent> events = new ArrayList<>();
      BsonDocument head = null;
      for (BsonDocument document : documents) {
        if (document.isNumber("_id")) {
          events.add(HistoryEvent.fromBson(document));
        } else if (HEAD.equals(document.get("_id"))) {
          head = document;
        }
      }
      events.sort(Comparator.comparingLong(HistoryEvent::sequence));
      return new Written(events, head);
    }

    /// The latest event when only the head has it: a run died in between, or is just there.
    Optional<HistoryEvent> missing() {
      return head != null
              && head.containsKey("event")
              && (events.isEmpty()
                  || events.getLast().sequence() < head.getNumber("sequence").longValue())
          ? Optional.of(lastEvent(head))
          : Optional.empty();
    }

    List<HistoryEvent> all() {
      List<HistoryEvent> all = new ArrayList<>(events);
      missing().ifPresent(all::add);
      return all;
    }
  }

  /// Shuts runs out that hold an older token, whatever they believe of their lease.
  ///
  /// @param token higher than theirs
  public static void fence(MongoDatabase database, long token) {
    collection(database)
        .updateOne(
            new BsonDocument("_id", HEAD)
                .append("token", new BsonDocument("$lt", new BsonInt64(token))),
            new BsonDocument("$set", new BsonDocument("token", new BsonInt64(token))));
  }

  /// Opens the history for writing: raises the head's token to the lease's.
  ///
  /// @throws dev.godwit.engine.RunException with verdict `Interrupted` when a newer holder has been
  ///     there
  public static History open(MongoDatabase database, Lease lease) {
    return open(collection(database), lease);
  }

  /// Opens a history that is not the database's: of steps that work on copies.
  ///
  /// @param name of its collection
  /// @throws dev.godwit.engine.RunException as [#open(MongoDatabase, Lease)]
  public static History open(MongoDatabase database, Lease lease, String name) {
    return open(database.getCollection(name, BsonDocument.class), lease);
  }

  private static History open(MongoCollection<BsonDocument> collection, Lease lease) {
    if (!claim(collection, lease)
        && !(ensureHead(collection) && claim(collection, lease))
        && !(lease.raiseAbove(head(collection).getNumber("token").longValue())
            && claim(collection, lease))) {
      throw Lease.lost("a newer run has taken over the history");
    }
    History history = new History(collection, lease);
    history.state = history.repaired();
    return history;
  }

  /// @return false when the head has a higher token than the lease
  private static boolean claim(MongoCollection<BsonDocument> collection, Lease lease) {
    return collection
            .updateOne(
                new BsonDocument("_id", HEAD)
                    .append("token", new BsonDocument("$lte", new BsonInt64(lease.token()))),
                new BsonDocument("$set", new BsonDocument("token", new BsonInt64(lease.token()))))
            .getMatchedCount()
        > 0;
  }

  /// Reads the history and writes the document of the latest event if it is not there.
  private HistoryState repaired() {
    Written written = Written.read(collection);
    written.missing().ifPresent(this::write);
    position = written.head();
    position.remove("token");
    return HistoryState.fold(written.all());
  }

  /// @return false when there was one
  private static boolean ensureHead(MongoCollection<BsonDocument> collection) {
    if (head(collection) != null) {
      return false;
    }
    try {
      collection.insertOne(
          new BsonDocument("_id", HEAD)
              .append("token", new BsonInt64(0))
              .append("sequence", new BsonInt64(0)));
      return true;
    } catch (MongoWriteException duplicate) {
      if (duplicate.getCode() != DUPLICATE_KEY) {
        throw duplicate;
      }
      return true;
    }
  }

  /// Appends an event; a checkpoint of the step before ends with it, but for those of a rollback
  /// that begins or fails.
  ///
  /// @throws dev.godwit.engine.RunException with verdict `Interrupted` when the lease is gone
  public HistoryEvent append(
      EventType type, Attempt attempt, Integer stepIndex, String step, BsonDocument details) {
    lease.check();
    if (unwritten != null) {
      write(unwritten);
      unwritten = null;
    }
    BsonDocument draft =
        HistoryEvent.draft(type, attempt, stepIndex, step, details, lease.token()).toBson();
    BsonDocument update =
        new BsonDocument("$set", new BsonDocument("event", draft))
            .append("$inc", new BsonDocument("sequence", new BsonInt64(1)))
            .append("$currentDate", BsonDocument.parse("{at: true}"));
    if (!KEEP_CHECKPOINT.contains(type)) {
      update.append("$unset", new BsonDocument("checkpoint", new BsonString("")));
    }
    BsonDocument head =
        collection.findOneAndUpdate(
            mine(), update, new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER));
    if (head == null) {
      throw Lease.lost("a newer run has taken over the history");
    }
    HistoryEvent event = lastEvent(head);
    state = state.with(event);
    unwritten = event;
    write(event);
    unwritten = null;
    return event;
  }

  /// The time on the server's clock, which is asked once.
  public Instant now() {
    if (asked == null) {
      asked = askServer();
      askedNanos = System.nanoTime();
    }
    return asked.plusNanos(System.nanoTime() - askedNanos);
  }

  private Instant askServer() {
    BsonDocument head =
        collection
            .aggregate(
                List.of(
                    new BsonDocument("$match", new BsonDocument("_id", HEAD)),
                    BsonDocument.parse("{$project: {now: '$$NOW'}}")))
            .first();
    return Instant.ofEpochMilli(head.getDateTime("now").getValue());
  }

  /// The checkpoint of the running step; null when there is none.
  public BsonDocument checkpoint() {
    BsonDocument head = head(collection);
    return head.containsKey("checkpoint") ? head.getDocument("checkpoint") : null;
  }

  /// How far the history was when it was opened: it differs when an event or a checkpoint was
  /// written in between.
  public BsonDocument position() {
    return position;
  }

  /// Writes the checkpoint of the running step.
  ///
  /// @throws dev.godwit.engine.RunException with verdict `Interrupted` when the lease is gone
  public void checkpoint(BsonDocument checkpoint) {
    lease.check();
    long matched =
        collection
            .updateOne(mine(), new BsonDocument("$set", new BsonDocument("checkpoint", checkpoint)))
            .getMatchedCount();
    if (matched == 0) {
      throw Lease.lost("a newer run has taken over the history");
    }
  }

  private BsonDocument mine() {
    return new BsonDocument("_id", HEAD).append("token", new BsonInt64(lease.token()));
  }

  private void write(HistoryEvent event) {
    try {
      collection.insertOne(event.toBson());
    } catch (MongoWriteException duplicate) {
      if (duplicate.getCode() != DUPLICATE_KEY) {
        throw duplicate;
      }
    }
  }

  private static HistoryEvent lastEvent(BsonDocument head) {
    BsonDocument event = head.getDocument("event").clone();
    event.put("_id", new BsonInt64(head.getNumber("sequence").longValue()));
    event.put("at", head.getDateTime("at"));
    return HistoryEvent.fromBson(event);
  }

  private static BsonDocument head(MongoCollection<BsonDocument> collection) {
    return collection.find(new BsonDocument("_id", HEAD)).first();
  }

  private static MongoCollection<BsonDocument> collection(MongoDatabase database) {
    return database.getCollection(COLLECTION, BsonDocument.class);
  }
}
