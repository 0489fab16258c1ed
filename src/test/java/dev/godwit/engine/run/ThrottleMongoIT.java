package dev.godwit.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.RunProgress;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.connection.Connection;
import dev.godwit.engine.throttle.ReplicationState;
import dev.godwit.testing.FaultProxy;
import dev.godwit.testing.FaultProxy.Cut;
import dev.godwit.testing.MongoServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A run that slows down while the server suffers, and says so.
class ThrottleMongoIT {

  private static final int PAGE = 20;
  private static final int PAGES = 60;
  private static final String SPEC =
      """
      version: "001"
      steps:
      - name: visits
        update: {collection: users, update: '{ $inc: { visits: 1 } }'}
      batches: {size: %d, parallelism: %d}
      """;

  private final MongoDatabase database = MongoServer.newDatabase();
  private final List<RunProgress> reports = new CopyOnWriteArrayList<>();
  private final StopSignal stop = new StopSignal();

  @BeforeEach
  void seed() {
    List<Document> users = new ArrayList<>();
    IntStream.range(0, PAGE * PAGES).forEach(i -> users.add(new Document("_id", i)));
    database.getCollection("users").insertMany(users);
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aServerThatGetsSlowIsGivenPausesUntilItIsWell(int parallelism) throws Exception {
    AtomicInteger slow = new AtomicInteger();
    RunResult result;
    try (FaultProxy proxy =
            new FaultProxy(MongoServer.uri(), database.getName(), 0, Cut.BEFORE_COMMAND);
        Connection connection = Connection.open(proxy.uri(), database.getName())) {
      result =
          run(
              connection.database(),
              parallelism,
              progress -> {
                if (done(progress) == PAGE * (PAGES / 2)) {
                  proxy.delay(Duration.ofMillis(300));
                }
                if (isSlow(progress) && slow.incrementAndGet() == 2) {
                  proxy.delay(Duration.ZERO);
                }
              });
    }

    assertThat(result.verdict()).isEqualTo(Verdict.Applied);
    assertThat(messages())
        .anyMatch(
            it ->
                it.matches("goes slowly, pauses \\d+\\.\\d s a batch: batches take \\d+ times .*"))
        .anyMatch(it -> it.endsWith("it speeds up step by step"));
    List<RunProgress> walk = reports.stream().filter(it -> "visits".equals(it.step())).toList();
    assertThat(walk.getLast().message()).isEqualTo("looks for documents that came meanwhile");
    assertThat(database.getCollection("users").countDocuments(new Document("visits", 1)))
        .isEqualTo(PAGE * PAGES);
  }

  @Test
  void aStopEndsThePause() {
    AtomicReference<Thread> runner = new AtomicReference<>(Thread.currentThread());
    ReplicationState behind = new ReplicationState(Duration.ofDays(1), "secondary db-2", false);
    RunEnvironment environment =
        environment(
                database,
                progress -> {
                  if (progress.message() != null && runner.getAndSet(null) != null) {
                    Thread.ofVirtual().start(stop::request);
                  }
                })
            .watching(() -> behind);

    RunException stopped =
        assertThrows(RunException.class, () -> new ApplyRun(environment, changelog(1)).run());

    assertThat(stopped.verdict()).isEqualTo(Verdict.Interrupted);
    assertThat(messages())
        .contains("goes slowly, pauses 30.0 s a batch: secondary db-2 is 86400 s behind");
    assertThat(database.getCollection("users").countDocuments(new Document("visits", 1)))
        .isEqualTo(PAGE);
    assertThat(Migrations.apply(database, changelog(1)).verdict()).isEqualTo(Verdict.Applied);
  }

  @Test
  void aReplicaSetThatKeepsUpIsNotWaitedFor() {
    assumeThat(MongoServer.isMongoDb()).as("needs a replica set (MongoDB)").isTrue();
    try (Connection connection = Connection.open(MongoServer.uri(), database.getName())) {
      RunEnvironment environment =
          environment(connection.database(), _ -> {}).watching(connection.replication());

      assertThat(new ApplyRun(environment, changelog(1)).run().verdict())
          .isEqualTo(Verdict.Applied);
    }

    assertThat(messages()).noneMatch(it -> it.contains("behind"));
  }

  private RunResult run(MongoDatabase through, int parallelism, ProgressSink sink) {
    return new ApplyRun(environment(through, sink), changelog(parallelism)).run();
  }

  private RunEnvironment environment(MongoDatabase through, ProgressSink sink) {
    return new RunEnvironment(
        through,
        progress -> {
          reports.add(progress);
          sink.report(progress);
        },
        stop,
        "test",
        Duration.ofSeconds(10),
        Duration.ofSeconds(20));
  }

  private static Changelog changelog(int parallelism) {
    return Migrations.changelog(SPEC.formatted(PAGE, parallelism));
  }

  private List<String> messages() {
    return reports.stream().map(RunProgress::message).filter(Objects::nonNull).toList();
  }

  private static boolean isSlow(RunProgress progress) {
    return progress.message() != null && progress.message().contains("times as long");
  }

  private static long done(RunProgress progress) {
    return progress.documentsDone() == null ? 0 : progress.documentsDone();
  }
}
