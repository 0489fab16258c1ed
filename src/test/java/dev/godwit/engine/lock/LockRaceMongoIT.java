package dev.godwit.engine.lock;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.GoDuration;
import dev.godwit.engine.history.History;
import dev.godwit.testing.MongoServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

/// 32 runners in several processes race for one database, and whole processes are paused (SIGSTOP)
/// and woken at random, most often the one that holds the lock. What the server recorded tells who
/// wrote when. `-Dgodwit.race=5m` lasts longer, `-Dgodwit.seed=…` repeats the pauses.
class LockRaceMongoIT {

  private static final Duration LENGTH = GoDuration.parse(System.getProperty("godwit.race", "35s"));
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final int PROCESSES = 4;
  private static final int THREADS = 8;

  private final MongoDatabase database = MongoServer.newDatabase();
  private final long seed = Long.getLong("godwit.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private int pauses;
  private BsonDocument seen =
      BsonDocument.parse("{token: {$numberLong: '0'}, sequence: {$numberLong: '0'}}");

  /// When to wake a process.
  private record Wake(long nanos, int process) {}

  @Test
  void hasOneWriterAtATimeHoweverHoldersArePaused() throws IOException, InterruptedException {
    System.out.printf("lock race: seed %d, %s%n", seed, LENGTH);
    collection(RacingRunner.DATA)
        .insertOne(BsonDocument.parse("{_id: 1, writes: 0, newest: {$numberLong: '0'}, late: []}"));
    try (RacingProcesses processes =
        new RacingProcesses(database.getName(), LEASE, PROCESSES, THREADS)) {
      race(processes);
    }

    List<BsonDocument> acquired = all(RacingRunner.ACQUIRED);
    List<BsonDocument> ended = all(RacingRunner.ENDED);
    BsonDocument data = all(RacingRunner.DATA).getFirst();
    long lost = ended.stream().filter(end -> end.getBoolean("lost").getValue()).count();
    System.out.printf(
        "lock race: %d acquisitions (%.1f/s), %d pauses, %d leases lost, %s batches, %d written late, %d events%n",
        acquired.size(),
        acquired.size() / (double) LENGTH.toSeconds(),
        pauses,
        lost,
        data.get("writes").asNumber().longValue(),
        data.getArray("late").size(),
        events().size());

    assertThat(all(RacingRunner.FAULTS)).isEmpty();
    assertThat(data.get("writes").asNumber().longValue()).isGreaterThan(acquired.size());
    assertThat(lost).as("no holder lost its lease: the race showed nothing").isPositive();
    assertEventsFollowTheTokens();
    assertAtMostTheBatchInFlightIsLate(data, ended);
  }

  private void race(RacingProcesses processes) throws IOException, InterruptedException {
    long end = System.nanoTime() + LENGTH.toNanos();
    PriorityQueue<Wake> paused = new PriorityQueue<>((a, b) -> Long.compare(a.nanos, b.nanos));
    while (System.nanoTime() - end < 0) {
      watchHead();
      while (!paused.isEmpty() && paused.peek().nanos - System.nanoTime() < 0) {
        processes.goOn(paused.poll().process);
      }
      int process = candidate(processes.count());
      if (paused.size() < PROCESSES / 2
          && random.nextInt(10) == 0
          && paused.stream().noneMatch(wake -> wake.process == process)) {
        processes.pause(process);
        pauses++;
        paused.add(
            new Wake(
                System.nanoTime() + (long) (LEASE.toNanos() * (0.1 + 1.9 * random.nextDouble())),
                process));
      }
      TimeUnit.MILLISECONDS.sleep(random.nextInt(150));
    }
  }

  /// Mostly the process of the holder: pausing another one shows little.
  private int candidate(int count) {
    BsonDocument lock = collection(DatabaseLock.COLLECTION).find().first();
    return lock != null && lock.isString("owner") && random.nextInt(4) > 0
        ? lock.getString("owner").getValue().charAt(1) - '0'
        : random.nextInt(count);
  }

  /// The head only ever goes forward: token, number of events, and the checkpoint's token.
  private void watchHead() {
    BsonDocument head =
        collection(History.COLLECTION).find(BsonDocument.parse("{_id: 'head'}")).first();
    if (head == null) {
      return;
    }
    for (String field : List.of("token", "sequence")) {
      assertThat(head.getInt64(field)).as(field).isGreaterThanOrEqualTo(seen.getInt64(field));
    }
    if (head.containsKey("checkpoint")) {
      BsonDocument checkpoint = head.getDocument("checkpoint");
      assertThat(checkpoint.getInt64("token")).isLessThanOrEqualTo(head.getInt64("token"));
      if (seen.containsKey("checkpoint")) {
        assertThat(checkpoint.getInt64("token"))
            .as("a checkpoint of an older holder came after one of a newer")
            .isGreaterThanOrEqualTo(seen.getDocument("checkpoint").getInt64("token"));
      }
    }
    seen = head;
  }

  private void assertEventsFollowTheTokens() {
    long number = 1;
    long newest = 0;
    for (BsonDocument event : events()) {
      assertThat(event.getInt64("_id").getValue()).isEqualTo(number++);
      long token = event.getInt64("token").getValue();
      assertThat(token).as(event.toJson()).isGreaterThanOrEqualTo(newest);
      assertThat(event.getDocument("details").getInt64("token").getValue())
          .as("the writer of %s", event.toJson())
          .isEqualTo(token);
      newest = token;
    }
  }

  private static void assertAtMostTheBatchInFlightIsLate(
      BsonDocument data, List<BsonDocument> ended) {
    Map<Long, Integer> started = new HashMap<>();
    ended.forEach(
        end -> started.put(end.getInt64("_id").getValue(), end.getInt32("started").getValue()));
    Map<Long, Integer> late = new HashMap<>();
    data.getArray("late")
        .forEach(
            value -> {
              BsonDocument mark = value.asDocument();
              long token = mark.getInt64("token").getValue();
              assertThat(late.put(token, mark.getInt32("batch").getValue()))
                  .as("token %d wrote two batches after its successor began", token)
                  .isNull();
              assertThat(mark.getInt32("batch").getValue())
                  .as("the late batch of token %d is its last", token)
                  .isEqualTo(started.get(token));
            });
  }

  private List<BsonDocument> events() {
    return collection(History.COLLECTION)
        .find(BsonDocument.parse("{_id: {$gte: 0}}"))
        .sort(BsonDocument.parse("{_id: 1}"))
        .into(new ArrayList<>());
  }

  private List<BsonDocument> all(String name) {
    return collection(name).find().sort(BsonDocument.parse("{_id: 1}")).into(new ArrayList<>());
  }

  private MongoCollection<BsonDocument> collection(String name) {
    return database.getCollection(name, BsonDocument.class);
  }
}
