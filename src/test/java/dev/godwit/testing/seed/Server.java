package dev.godwit.testing.seed;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Connects the programs of this package. What fails is thrown, so the driver need not log: it
/// would complain that it has nothing to log with.
final class Server {

  // Kept, because a logger that nobody holds forgets its level.
  private static final Logger DRIVER = Logger.getLogger("org.mongodb.driver");

  private Server() {}

  static MongoClient connect(String uri) {
    DRIVER.setLevel(Level.OFF);
    return MongoClients.create(uri);
  }
}
