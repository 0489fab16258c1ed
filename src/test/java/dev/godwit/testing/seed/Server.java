package dev.godwit.testing.seed;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Connects the programs of this package.
final class Server {

XX
  private static final Logger DRIVER = Logger.getLogger("org.mongodb.driver");

  private Server() {}

  static MongoClient connect(String uri) {
    return MongoClients.create(uri);
  }
}
