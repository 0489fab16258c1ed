package dev.godwit.engine.connection;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.RunException;
import java.util.concurrent.TimeUnit;

/// A connection to the target's database. Whatever the connection string says, writes are
/// acknowledged by the majority and journaled, and reads go to the primary and see its latest
/// writes.
public final class Connection implements AutoCloseable {

  private static final long SERVER_SELECTION_SECONDS = 10;

  private final MongoClient client;
  private final MongoDatabase database;

  private Connection(MongoClient client, MongoDatabase database) {
    this.client = client;
    this.database = database;
  }

  /// Opens a connection; the server is not asked yet.
  ///
  /// @param uri the connection string; never repeated in a message, it may hold a password
  /// @param databaseName `spec.target.database`; null for the connection string's
  /// @throws RunException with verdict `Refused` when the connection string is wrong or names no
  ///     database
  public static Connection open(String uri, String databaseName) {
    ConnectionString parsed = parse(uri);
    String name = databaseName == null ? parsed.getDatabase() : databaseName;
    if (name == null) {
      throw RunException.refused(
          "DatabaseMissing",
          "spec.target.database",
          "the connection string names no database; name it here or in the connection string");
    }
    if (name.equals("admin") || name.equals("config") || name.equals("local")) {
      throw RunException.refused(
          "DatabaseRefused",
          "spec.target.database",
          "'%s' belongs to the server; a migration cannot touch it".formatted(name));
    }
    MongoClientSettings settings =
        MongoClientSettings.builder()
            .applicationName("godwit")
            .applyConnectionString(parsed)
            .writeConcern(WriteConcern.MAJORITY.withJournal(true))
            .readPreference(ReadPreference.primary())
            .readConcern(ReadConcern.LOCAL)
            .applyToClusterSettings(
                cluster ->
                    cluster.serverSelectionTimeout(SERVER_SELECTION_SECONDS, TimeUnit.SECONDS))
            .build();
    MongoClient client = MongoClients.create(settings);
    return new Connection(client, client.getDatabase(name));
  }

  private static ConnectionString parse(String uri) {
    try {
      return new ConnectionString(uri.strip());
    } catch (IllegalArgumentException wrong) {
      throw RunException.refused(
          "InvalidConnectionString",
          "spec.target.secretRef",
          "the Secret's key does not hold a connection string that begins with mongodb:// or mongodb+srv:// and is well formed");
    }
  }

  public MongoDatabase database() {
    return database;
  }

  @Override
  public void close() {
    client.close();
  }
}
