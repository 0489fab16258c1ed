package dev.godwit.engine.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.History;
import dev.godwit.testing.MongoServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class DatabaseLockMongoIT {

  private static final Duration LEASE = Duration.ofSeconds(4);

  @Test
  void hasOneHolderAtATimeAndGrowingTokens() throws InterruptedException {
    MongoDatabase database = MongoServer.newDatabase();
    AtomicInteger holders = new AtomicInteger();
    AtomicInteger mostHolders = new AtomicInteger();
    List<Long> tokens = Collections.synchronizedList(new ArrayList<>());
    try (ExecutorService runners = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        String owner = "runner " + i;
        runners.submit(
            () -> {
              try (Lease lease = acquire(database, owner, Duration.ofSeconds(60))) {
                mostHolders.accumulateAndGet(holders.incrementAndGet(), Math::max);
                tokens.add(lease.token());
                lease.check();
                holders.decrementAndGet();
              }
            });
      }
      runners.shutdown();
      assertThat(runners.awaitTermination(90, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(mostHolders).hasValue(1);
    assertThat(tokens).hasSize(8).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void namesTheHolderWhenPatienceIsOver() {
    MongoDatabase database = MongoServer.newDatabase();
    try (Lease _ = acquire(database, "the other one", Duration.ZERO)) {
      assertThatThrownBy(() -> acquire(database, "me", Duration.ZERO))
          .isInstanceOfSatisfying(
              RunException.class, held -> assertThat(held.verdict()).isEqualTo(Verdict.LockHeld))
          .hasMessageContaining("the other one");
    }
  }

  @Test
  void renewsItsLeaseWhileItIsHeld() {
    MongoDatabase database = MongoServer.newDatabase();
    try (Lease lease = acquire(database, "holder", Duration.ZERO)) {
      assertThatThrownBy(() -> acquire(database, "other", LEASE.multipliedBy(2)))
          .isInstanceOf(RunException.class);
      lease.check();
    }
  }

  @Test
  void fencesAHolderThatWasOvertaken() {
    MongoDatabase database = MongoServer.newDatabase();
    Attempt attempt = new Attempt("1", 1, "sum", 0);
    try (Lease old = acquire(database, "old", Duration.ZERO)) {
      History history = History.open(database, old);
      history.append(EventType.Started, attempt, null, null, new BsonDocument());
      database
          .getCollection(DatabaseLock.COLLECTION)
          .updateOne(
              BsonDocument.parse("{_id: 'lock'}"),
              BsonDocument.parse("{$set: {renewedAt: ISODate('1970-01-01T00:00:00Z')}}"));
      try (Lease young = acquire(database, "young", Duration.ZERO)) {
        History.open(database, young);
        assertThat(young.token()).isGreaterThan(old.token());

        assertThatThrownBy(() -> history.checkpoint(new BsonDocument()))
            .hasMessageContaining("newer run");
        assertThatThrownBy(
                () -> history.append(EventType.Verified, attempt, null, null, new BsonDocument()))
            .hasMessageContaining("newer run");
        assertThatThrownBy(() -> History.open(database, old)).hasMessageContaining("newer run");
      }
    }
    assertThat(History.read(database).of("1").orElseThrow().last().type())
        .isEqualTo(EventType.Started);
  }

  private static Lease acquire(MongoDatabase database, String owner, Duration patience) {
    return new DatabaseLock(database, LEASE)
        .acquire(owner, patience, progress -> {}, new StopSignal());
  }

  @Test
  void aHistoryThatCameWithoutItsLockIsTakenAtOnce() {
    MongoDatabase copied = MongoServer.newDatabase();
    copied
        .getCollection(History.COLLECTION)
        .insertOne(new Document("_id", "head").append("token", 50L).append("sequence", 0L));
    DatabaseLock lock = new DatabaseLock(copied, Duration.ofSeconds(30));

    try (Lease lease = lock.acquire("first", Duration.ofSeconds(5), _ -> {}, new StopSignal())) {
      History.open(copied, lease);
      assertThat(lease.token()).isEqualTo(51);
      lease.check();
    }
    try (Lease next = lock.acquire("next", Duration.ofSeconds(5), _ -> {}, new StopSignal())) {
      History.open(copied, next);
      assertThat(next.token()).isEqualTo(52);
    } finally {
      copied.drop();
    }
  }

  @Test
  void aHolderThatWasReplacedDoesNotRaiseItsToken() {
    MongoDatabase own = MongoServer.newDatabase();
    DatabaseLock lock = new DatabaseLock(own, Duration.ofSeconds(30));
    try (Lease old = lock.acquire("old", Duration.ofSeconds(5), _ -> {}, new StopSignal())) {
      long token = LockHolder.read(own).orElseThrow().release(own).orElseThrow();
      History.open(own, old);
      History.fence(own, token);

      assertThatThrownBy(() -> History.open(own, old)).hasMessageContaining("newer run");
      assertThat(old.token()).isLessThan(token);
    } finally {
      own.drop();
    }
  }

  @Test
  void afterALockWasTakenAwayTheNextWaitsTheLeaseOut() {
    MongoDatabase own = MongoServer.newDatabase();
    DatabaseLock lock = new DatabaseLock(own, Duration.ofSeconds(30));
    try (Lease _ = lock.acquire("old", Duration.ofSeconds(5), _ -> {}, new StopSignal())) {
      LockHolder.read(own).orElseThrow().release(own).orElseThrow();

      assertThatThrownBy(() -> lock.acquire("next", Duration.ZERO, _ -> {}, new StopSignal()))
          .hasMessageContaining("is locked");
    } finally {
      own.drop();
    }
  }
}
