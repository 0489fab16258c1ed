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
import dev.godwit.engine.throttle.Replication;
import dev.godwit.engine.throttle.ReplicationWatch;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/// A connection to the target's database. Whatever the connection string says, writes are
/// acknowledged by the majority and journaled, and reads go to the primary and see its latest
/// writes.
public final class Connection implements AutoCloseable {

  private static final long SERVER_SELECTION_SECONDS = 10;
  private static final Pattern SECRET_OPTION =
      Pattern.compile("(?i)[?&;][^=&;]*password=[^&;]|aws_session_token(:|%3a)[^&;,]");
  private static final Set<String> OF_THE_SERVER = Set.of("admin", "config", "local");

  private final MongoClient client;
  private final String databaseName;
  private final Replication replication;

  private Connection(MongoClient client, String databaseName) {
    this.client = client;
    this.databaseName = databaseName;
    this.replication = new ReplicationWatch(client.getDatabase("admin"));
  }

  /// [#open(String, String, Tls)] with nothing but what the connection string says.
  public static Connection open(String uri, String databaseName) {
    return open(uri, databaseName, Tls.NONE);
  }

  /// Opens a connection; the server is not asked yet.
  ///
  /// @param uri the connection string; never repeated in a message, it may hold a password
  /// @param databaseName name of the database; null for the connection string's, if any
  /// @param tls certificates and keys
  /// @throws RunException with verdict `Refused` when the connection string is wrong, the database
  ///     belongs to the server, or a file of `tls` cannot be used
  public static Connection open(String uri, String databaseName, Tls tls) {
    ConnectionString parsed = parse(uri);
    String name = databaseName == null ? parsed.getDatabase() : databaseName;
    if (name != null) {
      refuseTheServers(name);
    }
    MongoClientSettings.Builder settings =
        MongoClientSettings.builder()
            .applicationName("godwit")
            .applyConnectionString(parsed)
            .writeConcern(WriteConcern.MAJORITY.withJournal(true))
            .readPreference(ReadPreference.primary())
            .readConcern(ReadConcern.LOCAL);
    if (parsed.getServerSelectionTimeout() == null) {
      settings.applyToClusterSettings(
          cluster -> cluster.serverSelectionTimeout(SERVER_SELECTION_SECONDS, TimeUnit.SECONDS));
    }
    if (!tls.isNone()) {
      if (Boolean.FALSE.equals(parsed.getSslEnabled())) {
        throw RunException.refused(
            "InvalidConnectionString",
            null,
            "there are certificates, but the connection string says tls=false; take one of them away");
      }
      SSLContext context = tls.context();
      settings.applyToSslSettings(ssl -> ssl.enabled(true).context(context));
    }
    return new Connection(MongoClients.create(settings.build()), name);
  }

  /// The name of the database in a connection string.
  ///
  /// @throws RunException with verdict `Refused` when the connection string is wrong
  public static Optional<String> databaseOf(String uri) {
    return Optional.ofNullable(parse(uri).getDatabase());
  }

  /// Whether a connection string holds a password: the user's, a proxy's or key's, or a
  /// session token.
  ///
  /// @throws RunException with verdict `Refused` when the connection string is wrong
  public static boolean holdsPassword(String uri) {
    return SECRET_OPTION.matcher(uri).find()
        || Optional.ofNullable(parse(uri).getCredential())
            .map(credential -> credential.getPassword() != null)
            .orElse(false);
  }

  private static ConnectionString parse(String uri) {
    try {
      return new ConnectionString(uri.strip());
    } catch (IllegalArgumentException wrong) {
      throw RunException.refused(
          "InvalidConnectionString",
          null,
          "what should be a connection string (in the Secret's key, the file, or the environment) does not begin with mongodb:// or mongodb+srv:// or is not well formed; special characters in a password are to be percent-encoded");
    }
  }

  private static void refuseTheServers(String name) {
    if (OF_THE_SERVER.contains(name)) {
      throw RunException.refused(
          "DatabaseRefused",
          "spec.target.database",
          "'%s' belongs to the server; a migration cannot touch it".formatted(name));
    }
  }

  /// The database that was named when this was opened.
  ///
  /// @throws RunException with verdict `Refused` when none was named
  public MongoDatabase database() {
    if (databaseName == null) {
      throw RunException.refused(
          "DatabaseMissing",
          "spec.target.database",
          "the connection string names no database; name it here or in the connection string");
    }
    return client.getDatabase(databaseName);
  }

  /// Tells how the server's replication stands.
  public Replication replication() {
    return replication;
  }

  /// Another database of the same server.
  ///
  /// @throws RunException with verdict `Refused` when it belongs to the server
  public MongoDatabase database(String name) {
    refuseTheServers(name);
    return client.getDatabase(name);
  }

  @Override
  public void close() {
    client.close();
  }
}
