package dev.godwit.engine.throttle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.godwit.testing.FaultProxy;
import dev.godwit.testing.FaultProxy.Cut;
import dev.godwit.testing.MongoServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class ReplicationWatchMongoIT {

  private static final long ROUNDS = 5;

  @Test
  void aServerWithoutReplicaSetIsAskedOnce() throws IOException {
    assumeThat(isReplicaSet()).as("needs a server that is no replica set").isFalse();

    // The driver's own greetings are on `admin`, too: those of the run have no topology version.
    assertThat(questions("hello")).isEqualTo(1);
    assertThat(questions("replSetGetStatus")).isZero();
    assertThat(questions("serverStatus")).isZero();
  }

  @Test
  void theMembersOfAReplicaSetAreSeen() throws IOException {
    assumeThat(isReplicaSet()).as("needs a replica set (MongoDB)").isTrue();

    assertThat(questions("replSetGetStatus")).isEqualTo(ROUNDS);
    assertThat(questions("serverStatus")).isEqualTo(ROUNDS);
    ReplicationState state =
        new ReplicationWatch(MongoServer.client().getDatabase("admin")).state();
    assertThat(state.isFlowControlled()).isFalse();
    assertThat(state.lag()).isLessThan(Pace.LAG);
  }

  @Test
  void whatAUserMayNotSeeIsAskedOnce() throws IOException {
    assumeThat(isReplicaSet() && isWithAuthorization())
        .as("needs a replica set with authorization (MongoDB): commands that are refused")
        .isTrue();

    assertThat(questions("replSetGetStatus")).isEqualTo(1);
  }

  @Test
  void aServerThatIsAwayIsNotBehind() {
    try (MongoClient nowhere =
        MongoClients.create("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100")) {
      ReplicationWatch watch = new ReplicationWatch(nowhere.getDatabase("admin"));

      assertThat(watch.state()).isEqualTo(ReplicationState.UNKNOWN);
    }
  }

  /// How often a command arrives at the server in [#ROUNDS] looks, each after the interval.
  private static int questions(String command) throws IOException {
    AtomicLong clock = new AtomicLong();
    try (FaultProxy proxy =
            new FaultProxy(MongoServer.uri(), asks(command), 0, Cut.BEFORE_COMMAND);
        MongoClient client = MongoClients.create(proxy.uri())) {
      MongoDatabase admin = client.getDatabase("admin");
      admin.runCommand(new Document("ping", 1));
      int before = proxy.commands();
      ReplicationWatch watch = new ReplicationWatch(admin, clock::get);
      for (int i = 0; i < ROUNDS; i++) {
        watch.state();
        watch.state();
        clock.addAndGet(Duration.ofSeconds(5).toNanos());
      }
      return proxy.commands() - before;
    }
  }

  /// The monitor of the driver greets, too, with `helloOk` or a topology version.
  private static Predicate<byte[]> asks(String command) {
    return message -> {
      String text = new String(message, StandardCharsets.ISO_8859_1);
      return text.contains(command + "\0") && !text.contains("helloOk") && text.contains("admin");
    };
  }

  private static boolean isReplicaSet() {
    return MongoServer.client()
        .getDatabase("admin")
        .runCommand(new Document("hello", 1))
        .containsKey("setName");
  }

  private static boolean isWithAuthorization() {
    return MongoServer.uri().contains("@");
  }
}
