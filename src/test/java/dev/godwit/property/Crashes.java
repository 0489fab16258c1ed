package dev.godwit.property;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import com.mongodb.event.CommandSucceededEvent;
import dev.godwit.engine.lock.DatabaseLock;
import dev.godwit.property.Case.Kind;
import dev.godwit.testing.MongoServer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonDocument;

/// Lets a process die at its n-th write: from then on nothing of it reaches the server, neither
/// renewal nor release of the lock. An `Error` in a listener goes through the driver, an exception
/// does not.
final class Crashes implements CommandListener {

  /// The death of a process.
  static final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash() {
      super("crashed on purpose", null, false, false);
    }
  }

  private static final Set<String> WRITES =
      Set.of(
          "insert",
          "update",
          "delete",
          "findAndModify",
          "create",
          "drop",
          "renameCollection",
          "createIndexes",
          "dropIndexes",
          "collMod",
          "bulkWrite");

  private static final Crashes LISTENER = new Crashes();
  private static final MongoClient CLIENT =
      MongoClients.create(
          MongoClientSettings.builder()
              .applyConnectionString(new ConnectionString(MongoServer.uri()))
              .addCommandListener(LISTENER)
              .build());

  private final Map<String, Armed> armed = new ConcurrentHashMap<>();

  private Crashes() {}

  /// A database that counts its writes and dies at one of them.
  static final class Armed {
    private final Kind kind;
    private final int at;
    private final AtomicInteger writes = new AtomicInteger();
    private volatile int last;
    private volatile boolean dead;

    private Armed(Kind kind, int at) {
      this.kind = kind;
      this.at = at;
    }

    boolean isDead() {
      return dead;
    }

    int writes() {
      return writes.get();
    }
  }

  /// @param at number of the write, from 1
  static Armed arm(MongoDatabase database, Kind kind, int at) {
    Armed one = new Armed(kind, at);
    LISTENER.armed.put(database.getName(), one);
    return one;
  }

  static void disarm(MongoDatabase database) {
    LISTENER.armed.remove(database.getName());
  }

  /// The same database, through the client that dies.
  static MongoDatabase of(MongoDatabase database) {
    return CLIENT.getDatabase(database.getName());
  }

  /// Whether a command changes something, other than the lock.
  static boolean isWrite(String name, BsonDocument command) {
    if (name.equals("aggregate")) {
      return command.getArray("pipeline").stream()
          .anyMatch(stage -> stage.asDocument().containsKey("$merge"));
    }
    return WRITES.contains(name)
        && !(command.isString(name)
            && command.getString(name).getValue().equals(DatabaseLock.COLLECTION));
  }

  @Override
  public void commandStarted(CommandStartedEvent event) {
    Armed one = armed.get(event.getDatabaseName());
    if (one == null) {
      return;
    }
    if (one.dead) {
      throw new Crash();
    }
    if (isWrite(event.getCommandName(), event.getCommand())
        && one.writes.incrementAndGet() == one.at) {
      if (one.kind == Kind.BEFORE) {
        one.dead = true;
        throw new Crash();
      }
      one.last = event.getRequestId();
    }
  }

  @Override
  public void commandSucceeded(CommandSucceededEvent event) {
    Armed one = armed.get(event.getDatabaseName());
    if (one != null && one.kind == Kind.AFTER && one.last == event.getRequestId()) {
      one.dead = true;
      throw new Crash();
    }
  }
}
