package dev.godwit.testing;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import java.time.Duration;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/// The MongoDB-compatible server of a test run: one container for all classes.
/// `GODWIT_LAB_DB_IMAGE` names the image (the lab sets it), `GODWIT_LAB_DB_KIND` says what it is:
/// `mongodb` or `ferretdb`.
public final class MongoServer {

  private static final GenericContainer<?> CONTAINER = start();
  private static final MongoClient CLIENT = MongoClients.create(uri());

  private MongoServer() {}

  /// Whether this is MongoDB itself, not a compatible server.
  public static boolean isMongoDb() {
    return "mongodb".equals(kind());
  }

  /// The connection string, as seen from this machine.
  public static String uri() {
    return "mongodb://%s:%d/?directConnection=true"
        .formatted(CONTAINER.getHost(), CONTAINER.getMappedPort(27017));
  }

  /// The connection string, as seen from a pod of the cluster.
  public static String uriFromPods() {
    return "mongodb://%s:27017/?directConnection=true".formatted(PodView.address(CONTAINER));
  }

  /// A client for the whole run; nobody closes it.
  public static MongoClient client() {
    return CLIENT;
  }

  /// A new, empty database with a name of its own.
  public static MongoDatabase newDatabase() {
    return CLIENT.getDatabase("t" + UUID.randomUUID().toString().replace("-", "").substring(0, 16));
  }

  private static String kind() {
    return System.getenv().getOrDefault("GODWIT_LAB_DB_KIND", "mongodb");
  }

  private static GenericContainer<?> start() {
    // Where nothing configures it, every level is on, and the driver turns each reply into text.
    Logger.getLogger("").setLevel(Level.WARNING);
    String image = System.getenv().getOrDefault("GODWIT_LAB_DB_IMAGE", "mongo:8.0");
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(image))
            .withExposedPorts(27017)
            .withStartupTimeout(Duration.ofMinutes(3));
    if (isMongoDb()) {
      container
          .withCommand("--replSet", "rs0", "--bind_ip_all")
          .waitingFor(Wait.forLogMessage(".*Waiting for connections.*", 1));
    } else {
      container.waitingFor(Wait.forLogMessage(".*godwit-lab database ready.*", 1));
    }
    container.start();
    if (isMongoDb()) {
      try {
        container.execInContainer(
            "mongosh",
            "--quiet",
            "--eval",
            "rs.initiate({_id:'rs0',members:[{_id:0,host:'localhost:27017'}]});"
                + "while(!db.hello().isWritablePrimary){sleep(100)}");
      } catch (java.io.IOException failed) {
        throw new java.io.UncheckedIOException(failed);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(interrupted);
      }
    }
    return container;
  }
}
