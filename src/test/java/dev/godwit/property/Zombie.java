package dev.godwit.property;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.RunException;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.testing.FaultProxy;
import dev.godwit.testing.FaultProxy.Cut;
import dev.godwit.testing.MongoServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/// A run whose n-th write stays on its way to the server until a successor has ended: a holder of
/// the lock whose node hangs in the worst moment. Commands that make, rename or drop collections
/// and indexes are not held: nothing can fence them
/// ([why](../../../../../../docs/decisions/0310-the-property-test-is-its-own-generator.md)).
final class Zombie implements AutoCloseable {

  private static final Set<String> HELD = Set.of("insert", "update", "delete", "findAndModify");
  private static final int OP_MSG = 2013;
  private static final int OP_CODE = 12;
  private static final int BODY = 21;

  private final FaultProxy proxy;
  private final MongoClient client;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Future<?> run;

  /// Starts the run.
  ///
  /// @param at number of the write, from 1
  Zombie(MongoDatabase database, Changelog changelog, int at) throws IOException {
    this.proxy =
        new FaultProxy(
            MongoServer.uri(), message -> isWrite(message, database.getName()), at, Cut.HOLD);
    this.client =
        MongoClients.create(
            MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(proxy.uri()))
                .applyToClusterSettings(
                    cluster -> cluster.serverSelectionTimeout(2, TimeUnit.SECONDS))
                .build());
    this.run =
        thread.submit(
            () ->
                Runs.impatientApply(
                    client.getDatabase(database.getName()), changelog, Runs.SHORT_LEASE));
  }

  private static boolean isWrite(byte[] message, String database) {
    ByteBuffer buffer = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    if (buffer.getInt(OP_CODE) != OP_MSG || message[BODY - 1] != 0) {
      return false;
    }
    BsonDocument command = new RawBsonDocument(message, BODY, buffer.getInt(BODY));
    String name = command.getFirstKey();
    return command.isString("$db")
        && command.getString("$db").getValue().equals(database)
        && HELD.contains(name)
        && Crashes.isWrite(name, command);
  }

  /// Waits until the write is held or the run has ended.
  ///
  /// @return whether it is held
  boolean awaitHeld() throws InterruptedException {
    while (!run.isDone()) {
      if (proxy.awaitHeld(20, TimeUnit.MILLISECONDS)) {
        return true;
      }
    }
    return proxy.hasHeld();
  }

  /// Lets the write arrive, and the run notice and end.
  void wake() throws InterruptedException, TimeoutException {
    proxy.release();
    try {
      run.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException ended) {
      if (!(ended.getCause() instanceof RunException)
          && !(ended.getCause() instanceof MongoException)) {
        throw new IllegalStateException("the paused run ended otherwise", ended.getCause());
      }
    }
  }

  @Override
  public void close() throws IOException {
    proxy.release();
    thread.close();
    client.close();
    proxy.close();
  }
}
